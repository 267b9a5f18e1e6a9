import { constants, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

import type { Algorithm } from '../../lib/keys/algorithms';
import { parseKey } from '../../lib/keys/parse-key';
import { isSignedWith } from '../../lib/tokens/signature';
import { base64url, mint } from '../support/mint';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const edwards = () => generateKeyPairSync('ed25519').privateKey;
const KEYS: Readonly<Record<Algorithm, [KeyObject | Buffer, KeyObject | Buffer]>> = {
  HS256: [randomBytes(32), randomBytes(32)],
  HS384: [randomBytes(48), randomBytes(48)],
  HS512: [randomBytes(64), randomBytes(64)],
  RS256: [rsa.privateKey, otherRsa.privateKey],
  RS384: [rsa.privateKey, otherRsa.privateKey],
  RS512: [rsa.privateKey, otherRsa.privateKey],
  PS256: [rsa.privateKey, otherRsa.privateKey],
  PS384: [rsa.privateKey, otherRsa.privateKey],
  PS512: [rsa.privateKey, otherRsa.privateKey],
  ES256: [curve('P-256'), curve('P-256')],
  ES384: [curve('P-384'), curve('P-384')],
  ES512: [curve('P-521'), curve('P-521')],
  Ed25519: [edwards(), edwards()],
};

const verificationKey = (key: KeyObject | Buffer, alg: Algorithm) =>
  parseKey({ key, alg }, 'createJwtGuard: keys');
const algorithms = Object.keys(KEYS) as Algorithm[];

/** The same token with this signature. */
function resign(token: string, signature: Buffer): string {
  return `${token.slice(0, token.lastIndexOf('.'))}.${base64url(signature)}`;
}

const inputOf = (token: string) => Buffer.from(token.slice(0, token.lastIndexOf('.')));
const signatureOf = (token: string) =>
  Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');

describe.each(algorithms)('%s', (alg) => {
  const [key, other] = KEYS[alg];
  const token = mint({}, { alg }, key);

  test('accepts a signature by its own key, and by no other key', () => {
    expect(isSignedWith(token, verificationKey(key, alg))).toBe(true);
    expect(isSignedWith(token, verificationKey(other, alg))).toBe(false);
  });

  test('rejects a signature that is longer or shorter', () => {
    const signature = signatureOf(token);
    for (const changed of [
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([signature, Buffer.alloc(1)]),
    ])
      expect(isSignedWith(resign(token, changed), verificationKey(key, alg))).toBe(false);
  });

  test('rejects a signature by another algorithm with the same key', () => {
    const others = algorithms.filter((each) => each !== alg && KEYS[each][0] === key);
    for (const each of others)
      expect(isSignedWith(mint({}, { alg: each }, key), verificationKey(key, alg))).toBe(false);
  });
});

test('the salt of PS256 is as long as the digest (RFC 7518 §3.5)', () => {
  const token = mint({}, { alg: 'PS256' }, rsa.privateKey);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const signatures = [32, 20].map((saltLength) =>
    sign('sha256', inputOf(token), { key: rsa.privateKey, padding, saltLength }),
  );
  const key = verificationKey(rsa.privateKey, 'PS256');
  expect(signatures.map((signature) => isSignedWith(resign(token, signature), key))).toEqual([
    true,
    false,
  ]);
});

test.each<Algorithm>(['RS256', 'PS256'])(
  'a signature by %s keeps its leading zeros (RFC 8017 §8.1.2)',
  (alg) => {
    const key = verificationKey(rsa.privateKey, alg);
    let token = mint({}, { alg }, rsa.privateKey);
    for (let tries = 0; signatureOf(token)[0] !== 0 && tries < 20_000; tries++)
      token = mint({ jti: String(tries) }, { alg }, rsa.privateKey);
    expect(signatureOf(token)[0]).toBe(0);
    expect(isSignedWith(token, key)).toBe(true);
    expect(isSignedWith(resign(token, signatureOf(token).subarray(1)), key)).toBe(false);
  },
);

test('an ECDSA signature is encoded as R and S, not as DER (RFC 7518 §3.4)', () => {
  const [key] = KEYS.ES256;
  const token = mint({}, { alg: 'ES256' }, key);
  const der = sign('sha256', inputOf(token), { key: key as KeyObject, dsaEncoding: 'der' });
  expect(isSignedWith(resign(token, der), verificationKey(key, 'ES256'))).toBe(false);
});

test("rejects a signature by an algorithm that the key's own parameters exclude", () => {
  const restricted = generateKeyPairSync('rsa-pss' as never, {
    modulusLength: 2048,
    hashAlgorithm: 'sha512',
    mgf1HashAlgorithm: 'sha512',
    saltLength: 64,
  });
  const key = { alg: 'PS256' as const, kid: undefined, publicKey: restricted.publicKey };
  expect(isSignedWith(mint({}, { alg: 'PS256' }, rsa.privateKey), key)).toBe(false);
});
