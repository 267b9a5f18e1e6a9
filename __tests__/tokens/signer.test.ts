import { generateKeyPairSync } from 'node:crypto';

import jsonwebtoken from 'jsonwebtoken';

import { createKeyRing, type Keys } from '../../lib/keys/key-ring';
import { createTokenSigner } from '../../lib/tokens/signer';
import { claimsOf, KEY } from '../support/mint';

const signerOf = (keys: Keys) =>
  createTokenSigner(createKeyRing(keys, 'createJwtAuth').signingKey, 'createJwtAuth');

test('signs the claims unchanged, with a header of alg and typ', () => {
  const claims = claimsOf() as never;
  const token = signerOf(KEY)(claims);
  expect(jsonwebtoken.verify(token, KEY, { complete: true })).toMatchObject({
    header: { alg: 'HS256', typ: 'JWT' },
    payload: claims,
  });
  expect(token).toMatch(/^eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\./);
});

test('signs with an RSA-PSS key that names no hash', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa-pss' as never, {
    modulusLength: 2048,
  });
  const token = signerOf(privateKey)(claimsOf() as never);
  expect(
    jsonwebtoken.verify(token, publicKey, {
      algorithms: ['PS256'],
      allowInvalidAsymmetricKeyTypes: true,
    }),
  ).toMatchObject({
    sub: 'reports',
  });
});

test('throws at start for a key whose parameters exclude its algorithm', () => {
  const parameters = {
    modulusLength: 2048,
    hashAlgorithm: 'sha256',
    mgf1HashAlgorithm: 'sha256',
    saltLength: 64,
  };
  const { privateKey } = generateKeyPairSync('rsa-pss' as never, parameters);
  expect(() => signerOf(privateKey)).toThrow(
    new TypeError('createJwtAuth: the first of the keys cannot sign with PS256.'),
  );
});

test('throws for claims that every guard would reject', () => {
  expect(() => signerOf(KEY)(claimsOf({ big: 'x'.repeat(8192) }) as never)).toThrow(RangeError);
});

test('signs a token of the maximum length that a guard accepts, and throws for a longer one', () => {
  const sign = signerOf(KEY);
  // Three bytes of claims are four characters; the first text is a multiple of three.
  const padded = (length: number) => sign(claimsOf({ pad: 'x'.repeat(length) }) as never);
  const empty = padded(0).length;
  const lengths = Array.from({ length: 8 }, (_, more) => {
    const pad = Math.floor(((8192 - empty) * 3) / 4) - 4 + more;
    try {
      return padded(pad).length;
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(lengths).toContain('RangeError');
  expect(lengths.filter((each) => typeof each === 'number').every((each) => each <= 8192)).toBe(
    true,
  );
  expect(lengths).toContain(8192);
});

test('the header of a token has a kid if the key has one', () => {
  const headerOf = (token: string) => jsonwebtoken.decode(token, { complete: true })?.header;
  expect(headerOf(signerOf({ key: KEY, kid: 'k1' })(claimsOf() as never))).toEqual({
    alg: 'HS256',
    typ: 'JWT',
    kid: 'k1',
  });
  expect(headerOf(signerOf(KEY)(claimsOf() as never))).toEqual({ alg: 'HS256', typ: 'JWT' });
});

test('the error says that a token would be too long or that a key cannot sign', () => {
  expect(() => signerOf(KEY)(claimsOf({ big: 'x'.repeat(8192) }) as never)).toThrow(
    /^The token has \d+ characters, but the guard accepts 8192 at most\. Give the client fewer/,
  );
  const { privateKey } = generateKeyPairSync('rsa-pss' as never, {
    modulusLength: 2048,
    hashAlgorithm: 'sha256',
    mgf1HashAlgorithm: 'sha256',
    saltLength: 64,
  });
  let error: unknown;
  try {
    signerOf(privateKey);
  } catch (thrown) {
    error = thrown;
  }
  expect(String((error as Error).cause)).toContain('Error');
});
