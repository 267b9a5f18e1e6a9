import { createSecretKey, generateKeyPairSync, webcrypto } from 'node:crypto';

import type { KeyFinder } from 'express-client-jwt';

import { createFoundKeys } from '../../lib/keys/key-finder';
import type { VerificationKey } from '../../lib/keys/parse-key';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const onOutage = jest.fn();
const keysOf = (finder: unknown, timeoutMs = 1000) =>
  createFoundKeys(finder as KeyFinder, { timeoutMs, onOutage });

beforeEach(() => onOutage.mockClear());

test('the function gets the algorithm as the token spells it', () => {
  const finder = jest.fn(() => ed.publicKey);
  const keys = keysOf(finder);
  expect(keys.find('a', 'EdDSA')).toMatchObject([{ alg: 'Ed25519' }]);
  expect(keys.find('a', 'Ed25519')).toMatchObject([{ alg: 'Ed25519' }]);
  expect(finder.mock.calls).toEqual([[{ alg: 'EdDSA', kid: 'a' }], [{ alg: 'Ed25519', kid: 'a' }]]);
});

test('the function gets alg and kid, and kid only if the token has one', () => {
  const finder = jest.fn(() => ec.publicKey);
  const keys = keysOf(finder);
  void keys.find('a', 'ES256');
  void keys.find(undefined, 'ES256');
  expect(finder.mock.calls).toEqual([[{ alg: 'ES256', kid: 'a' }], [{ alg: 'ES256' }]]);
});

test('a key is found synchronously, or when its promise resolves', async () => {
  const expected = [expect.objectContaining({ alg: 'ES256' }) as unknown];
  expect(keysOf(() => ec.publicKey).find('a', 'ES256')).toEqual(expected);
  expect(await keysOf(() => Promise.resolve(ec.publicKey)).find('a', 'ES256')).toEqual(expected);
});

test('a CryptoKey counts, as jose returns it', async () => {
  const jwk = ec.publicKey.export({ format: 'jwk' }) as webcrypto.JsonWebKey;
  const name = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await webcrypto.subtle.importKey('jwk', jwk, name, true, ['verify']);
  const [found] = keysOf(() => key).find('a', 'ES256') as readonly VerificationKey[];
  expect(found?.publicKey.equals(ec.publicKey)).toBe(true);
});

test('one key may be asked for with several algorithms', () => {
  const keys = keysOf(() => rsa.publicKey);
  for (const alg of ['RS256', 'PS256', 'RS256'] as const)
    expect(keys.find('a', alg)).toMatchObject([{ alg }]);
});

test.each([undefined, null])('%p means that there is no key', async (nothing) => {
  expect(keysOf(() => nothing).find('a', 'ES256')).toBe('ERR_TOKEN_KEY');
  expect(await keysOf(() => Promise.resolve(nothing)).find('a', 'ES256')).toBe('ERR_TOKEN_KEY');
});

test.each([
  ['a public key for an HMAC', 'HS256', ec.publicKey],
  ['a secret for a signature', 'ES256', createSecretKey(Buffer.alloc(64, 'x1y2z3'))],
  ['a key of another kind', 'RS256', ec.publicKey],
])('%s does not fit the algorithm', (_title, alg, key) => {
  expect(keysOf(() => key).find('a', alg)).toBe('ERR_TOKEN_ALGORITHM');
});

test('the function is not called for an unknown algorithm', () => {
  const finder = jest.fn();
  expect(keysOf(finder).find('a', 'none')).toBe('ERR_TOKEN_ALGORITHM');
  expect(finder).not.toHaveBeenCalled();
});

test.each([
  ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_TOKEN_KEY'],
  ['ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_TOKEN_KEY'],
  ['ERR_JOSE_NOT_SUPPORTED', 'ERR_TOKEN_ALGORITHM'],
])('a rejection of jose with %s is a refusal with %s, and no outage', async (code, refusal) => {
  const error = Object.assign(new Error('no key'), { code });
  const thrower = () => {
    throw error;
  };
  expect(await keysOf(() => Promise.reject(error)).find('a', 'ES256')).toBe(refusal);
  expect(await keysOf(thrower).find('a', 'ES256')).toBe(refusal);
  expect(onOutage).not.toHaveBeenCalled();
});

describe('a CryptoKey verifies only what it was created for', () => {
  const spki = rsa.publicKey.export({ type: 'spki', format: 'der' });
  const imported = (name: string, hash: string, usage: 'verify' | 'encrypt') =>
    webcrypto.subtle.importKey('spki', spki, { name, hash }, true, [usage]);

  test.each([
    ['RSASSA-PKCS1-v1_5', 'SHA-256', 'verify', ['RS256']],
    ['RSASSA-PKCS1-v1_5', 'SHA-512', 'verify', ['RS512']],
    ['RSA-PSS', 'SHA-256', 'verify', ['PS256']],
    ['RSA-OAEP', 'SHA-256', 'encrypt', []],
  ] as const)('%s with %s to %s verifies %j', async (name, hash, usage, expected) => {
    const key = await imported(name, hash, usage);
    const algorithms = ['RS256', 'RS512', 'PS256', 'PS512', 'ES256'];
    const accepted = algorithms.filter(
      (alg) => typeof keysOf(() => key).find('a', alg) === 'object',
    );
    expect(accepted).toEqual(expected);
  });
});

test.each([
  ['synchronously', (key: unknown) => () => key],
  ['later', (key: unknown) => () => Promise.resolve(key)],
])('a weak key that is found %s is an outage', async (_title, finderOf) => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  await expect(keysOf(finderOf(publicKey)).find('a', 'RS256')).rejects.toThrow('1024 bits');
  expect(onOutage).toHaveBeenCalledTimes(1);
});

test.each([
  ['rejects', () => Promise.reject(new Error('down'))],
  [
    'throws',
    () => {
      throw new Error('down');
    },
  ],
])('a function that %s is an outage', async (_title, finder) => {
  await expect(keysOf(finder).find('a', 'ES256')).rejects.toThrow('down');
  expect(onOutage).toHaveBeenCalledTimes(1);
});

test('a function that does not settle is an outage after the time limit', async () => {
  jest.useFakeTimers();
  try {
    const late = keysOf(() => new Promise(() => undefined), 500).find('a', 'ES256');
    const check = expect(late).rejects.toThrow('keys() did not settle within 500 ms.');
    await jest.advanceTimersByTimeAsync(500);
    await check;
  } finally {
    jest.useRealTimers();
  }
});

test.each(['a-secret', {}, 7])('%j is no key', async (value) => {
  const found = keysOf(() => Promise.resolve(value)).find('a', 'ES256');
  await expect(found).rejects.toThrow(
    'The result of keys() must be a KeyObject, a CryptoKey or undefined; it is',
  );
});
