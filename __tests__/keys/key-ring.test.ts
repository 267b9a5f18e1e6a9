import { runInNewContext } from 'node:vm';
import {
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

import {
  createKeyRing as createRing,
  createVerificationKeys,
  type Keys,
} from '../../lib/keys/key-ring';
import { KEY, OTHER_KEY } from '../support/mint';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pss = generateKeyPairSync('rsa-pss' as never, { modulusLength: 2048 });
const pss384 = generateKeyPairSync('rsa-pss' as never, {
  modulusLength: 2048,
  hashAlgorithm: 'sha384',
  mgf1HashAlgorithm: 'sha384',
  saltLength: 48,
});
const pssOfTwoHashes = generateKeyPairSync('rsa-pss' as never, {
  modulusLength: 2048,
  hashAlgorithm: 'sha256',
  mgf1HashAlgorithm: 'sha1',
});
const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const p256 = curve('P-256');
const ed25519 = generateKeyPairSync('ed25519').privateKey;

const createKeyRing = (keys: Keys) => createRing(keys, 'createJwtAuth');
const createKeys = (keys: Keys) => createVerificationKeys(keys, 'createJwtGuard');

function algOf(keys: Keys): string {
  return createKeyRing(keys).signingKey.alg;
}

describe('the only algorithm of a key', () => {
  test.each<[string, Keys, string]>([
    ['a string', KEY, 'HS256'],
    ['a Buffer', randomBytes(32), 'HS256'],
    ['a secret KeyObject', createSecretKey(randomBytes(32)), 'HS256'],
    ['an RSA key', rsa.privateKey, 'RS256'],
    ['an RSA-PSS key', pss.privateKey, 'PS256'],
    ['an RSA-PSS key for SHA-384', pss384.privateKey, 'PS384'],
    ['a P-256 key', p256, 'ES256'],
    ['a P-384 key', curve('P-384'), 'ES384'],
    ['a P-521 key', curve('P-521'), 'ES512'],
    ['a longer secret for HS512', { key: randomBytes(64), alg: 'HS512' }, 'HS512'],
    ['an RSA key for PS512', { key: rsa.privateKey, alg: 'PS512' }, 'PS512'],
  ])('selects the algorithm of %s', (_title, keys, alg) => {
    expect(algOf(keys)).toBe(alg);
  });

  const noFit = (key: string) =>
    `createJwtAuth: keys.alg does not fit the key. This key can have: ${key}.`;
  test.each<[string, Keys, string]>([
    ['RS256 for a secret', { key: KEY, alg: 'RS256' }, noFit('HS256, HS384, HS512')],
    ['none for a secret', { key: KEY, alg: 'none' as never }, noFit('HS256, HS384, HS512')],
    ['hs256 in lower case', { key: KEY, alg: 'hs256' as never }, noFit('HS256, HS384, HS512')],
    [
      'HS256 for a public key',
      { key: rsa.publicKey, alg: 'HS256' },
      noFit('RS256, RS384, RS512, PS256, PS384, PS512'),
    ],
    [
      'RS256 for an RSA-PSS key',
      { key: pss.privateKey, alg: 'RS256' },
      noFit('PS256, PS384, PS512'),
    ],
    [
      'PS256 for an RSA-PSS key of SHA-384',
      { key: pss384.privateKey, alg: 'PS256' },
      noFit('PS384'),
    ],
    ['ES384 for P-256', { key: p256, alg: 'ES384' }, noFit('ES256')],
  ])('rejects %s', (_title, keys, message) => {
    expect(() => createKeyRing(keys)).toThrow(new TypeError(message));
  });

  test.each<[string, KeyObject]>([
    ['secp256k1', curve('secp256k1')],
    ['RSA-PSS with another hash for MGF1 (RFC 7518 §3.5)', pssOfTwoHashes.privateKey],
  ])('does not support %s', (_title, key) => {
    expect(() => createKeyRing(key)).toThrow(
      new TypeError(
        'createJwtAuth: keys: keys of this type or curve are not supported. Use RSA, EC on P-256, P-384 or P-521, Ed25519 in a guard, or a secret.',
      ),
    );
  });
});

describe('a weak key', () => {
  const TOO_SHORT = (bytes: number, needed: number) =>
    `createJwtAuth: keys.key has ${String(bytes)} bytes but needs ${String(needed)} or more (RFC 7518 §3.2). Create one with: openssl rand -base64 48`;
  test.each<[string, Keys, string]>([
    ['31 bytes for HS256', { key: randomBytes(31) }, TOO_SHORT(31, 32)],
    ['47 bytes for HS384', { key: randomBytes(47), alg: 'HS384' }, TOO_SHORT(47, 48)],
    ['63 bytes for HS512', { key: randomBytes(63), alg: 'HS512' }, TOO_SHORT(63, 64)],
    ['31 bytes in a KeyObject', { key: createSecretKey(randomBytes(31)) }, TOO_SHORT(31, 32)],
    [
      'RSA of 1024 bits',
      weakRsa.privateKey,
      'createJwtAuth: keys has 1024 bits, but an RSA key needs 2048 or more. Create one with: openssl genrsa 3072',
    ],
    [
      'a public RSA key of 1024 bits',
      [KEY, weakRsa.publicKey],
      'createJwtAuth: keys[1] has 1024 bits, but an RSA key needs 2048 or more. Create one with: openssl genrsa 3072',
    ],
  ])('rejects %s', (_title, keys, message) => {
    expect(() => createKeyRing(keys)).toThrow(new TypeError(message));
  });

  test('rejects an RSA key with the exponent 1, for which anybody can forge signatures', () => {
    const { n = '' } = rsa.publicKey.export({ format: 'jwk' });
    const jwk = { kty: 'RSA', n, e: 'AQ' };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    expect(() => createKeys(key)).toThrow(
      'createJwtGuard: keys has the exponent 1, but an RSA key needs an odd one of 3 or more.',
    );
  });

  test.each<[string, Keys]>([
    ['32 bytes for HS256', randomBytes(32)],
    ['48 bytes for HS384', { key: randomBytes(48), alg: 'HS384' }],
    ['64 bytes for HS512', { key: randomBytes(64), alg: 'HS512' }],
  ])('accepts %s', (_title, keys) => {
    expect(() => createKeyRing(keys)).not.toThrow();
  });
});

describe('an array of keys', () => {
  const keys = [
    { key: KEY, kid: 'a' },
    { key: OTHER_KEY, kid: 'b' },
    randomBytes(32),
    rsa.publicKey,
  ] as const;

  test('signs with the first key', () => {
    expect(createKeyRing(keys).signingKey.kid).toBe('a');
  });

  test('selects exactly one key by kid, and only for its algorithm', () => {
    const { verificationKeys } = createKeyRing(keys);
    expect(verificationKeys.find('b', 'HS256')).toMatchObject([{ kid: 'b', alg: 'HS256' }]);
    expect(verificationKeys.find('b', 'RS256')).toBe('ERR_TOKEN_ALGORITHM');
    for (const kid of ['c', 'A', ''])
      expect(verificationKeys.find(kid, 'HS256')).toBe('ERR_TOKEN_KEY');
  });

  test('selects every key of the algorithm for a token without a kid', () => {
    const { verificationKeys } = createKeyRing(keys);
    expect(verificationKeys.find(undefined, 'HS256')).toHaveLength(3);
    expect(verificationKeys.find(undefined, 'RS256')).toHaveLength(1);
    for (const alg of ['ES256', 'none', 'hs256', '__proto__'])
      expect(verificationKeys.find(undefined, alg)).toBe('ERR_TOKEN_ALGORITHM');
  });

  test('uses the public part of a private key for verification', () => {
    expect(createKeyRing(rsa.privateKey).signingKey.publicKey.type).toBe('public');
  });

  test('accepts 16 keys and rejects 17', () => {
    const many = (length: number) => Array.from({ length }, () => randomBytes(32));
    expect(() => createKeyRing(many(16))).not.toThrow();
    expect(() => createKeyRing(many(17))).toThrow(
      new TypeError('createJwtAuth: keys must be one key or a list of 1 to 16; it is an array.'),
    );
  });

  test('rejects two keys with one kid', () => {
    expect(() =>
      createKeyRing([
        { key: KEY, kid: 'a' },
        { key: OTHER_KEY, kid: 'a' },
      ]),
    ).toThrow(new TypeError('createJwtAuth: two keys have the kid "a". Give each its own.'));
  });

  test.each(['', 'a b', 'é', 'x'.repeat(257), 7, null])('rejects the kid %p', (kid) => {
    expect(() => createKeyRing({ key: KEY, kid: kid as never })).toThrow(
      /^createJwtAuth: keys\.kid must be 1 to 256 visible ASCII characters; it (is|has) /,
    );
  });

  test('rejects an unknown option', () => {
    expect(() => createKeyRing({ key: KEY, algorithm: 'HS256' } as never)).toThrow(
      new TypeError(
        'createJwtAuth: keys: there is no option "algorithm". The options are: key, alg, kid.',
      ),
    );
  });

  test('copies the bytes of the caller, so that later changes have no effect', () => {
    const bytes = Buffer.from(KEY);
    const { privateKey } = createKeyRing(bytes).signingKey;
    bytes.fill(0);
    expect(privateKey.export().toString()).toBe(KEY);
  });
});

describe('a key that cannot sign', () => {
  const remedy =
    'createJwtAuth: the first of the keys cannot sign. Put a private key (RSA or EC) or a secret first; to verify tokens without issuing any, use createJwtGuard().';

  test.each<[string, Keys]>([
    ['a public key', rsa.publicKey],
    ['an Ed25519 key, which only verifies', ed25519],
  ])('is rejected as the first key of an issuer: %s', (_title, keys) => {
    expect(() => createKeyRing(keys)).toThrow(new TypeError(remedy));
  });

  test.each<[string, Keys, string]>([
    ['a public key', rsa.publicKey, 'RS256'],
    ['a shared secret', KEY, 'HS256'],
    ['an Ed25519 key by its old name', ed25519, 'EdDSA'],
    ['an Ed25519 key by its new name (RFC 9864)', ed25519, 'Ed25519'],
    ['an Ed25519 key with the old name as its option', { key: ed25519, alg: 'EdDSA' }, 'Ed25519'],
  ])('verifies tokens in a guard: %s', (_title, keys, alg) => {
    expect(createKeys(keys).find(undefined, alg)).toHaveLength(1);
  });

  test('an error of a guard names createJwtGuard', () => {
    expect(() => createKeys(undefined)).toThrow(/^createJwtGuard: keys is undefined\./);
  });
});

test('bytes of another realm are a secret', () => {
  const bytes: unknown = runInNewContext(
    'Uint8Array.from({ length: 32 }, (_, index) => index * 7)',
  );
  expect(bytes instanceof Uint8Array).toBe(false);
  expect(createKeyRing(bytes as Uint8Array).signingKey.alg).toBe('HS256');
});
