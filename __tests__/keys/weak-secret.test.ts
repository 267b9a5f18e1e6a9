import { generateKeyPairSync, randomBytes } from 'node:crypto';

import { weaknessOf } from '../../lib/keys/weak-secret';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const DER = publicKey.export({ type: 'spki', format: 'der' });
/** The bare point is at the end of the key. */
const POINT = DER.subarray(-65);

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The certificate of a P-256 key, made with openssl req -x509. */
const CERTIFICATE =
  'MIIBhTCCASugAwIBAgIUd5FdWAx0d9haN0+Q7kWsDkRNbj8wCgYIKoZIzj0EAwIwFzEVMBMGA1UEAwwMZXhhbXBsZS50ZXN0MCAXDTI2MTEyNDEzMTgzNVoY' +
  'DzIxMjYxMDMxMTMxODM1WjAXMRUwEwYDVQQDDAxleGFtcGxlLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR8lDdUfvIz+YGiZSTFcoSYfg2V662P' +
  'n5TycdMyCqSK5Cq8kUYggKA6NoX3dX2MsULTBr+om1PZB25qkS1yoXaQo1MwUTAdBgNVHQ4EFgQUc0HhYWQV6EPBPO4IyOHE06JqDFswHwYDVR0jBBgwFoAU' +
  'c0HhYWQV6EPBPO4IyOHE06JqDFswDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAwPfAq7xcRe7UqXfpCVoefboWele7ZIxre4lpLRbsurwIh' +
  'AJ5uN5qCLUfzw+KMMlkv9fr1ChIcBca4zDou+Y/ISDf0';

function weakness(secret: string | Buffer): string | undefined {
  return weaknessOf(Buffer.from(secret), 32);
}

test.each<[string, string | Buffer]>([
  ['a public key in PEM', publicKey.export({ type: 'spki', format: 'pem' })],
  ['a private key in PEM', privateKey.export({ type: 'pkcs8', format: 'pem' })],
  ['a PEM after white space', `\n  ${publicKey.export({ type: 'spki', format: 'pem' }) as string}`],
  [
    'a PEM after a line of text',
    `key:\n${publicKey.export({ type: 'spki', format: 'pem' }) as string}`,
  ],
  ['a public key in DER', publicKey.export({ type: 'spki', format: 'der' })],
  ['a private key in DER', privateKey.export({ type: 'pkcs8', format: 'der' })],
  ['an EC private key in SEC1 DER', privateKey.export({ type: 'sec1', format: 'der' })],
  ['an RSA public key in PKCS#1 DER', rsa.publicKey.export({ type: 'pkcs1', format: 'der' })],
  ['an RSA private key in PKCS#1 DER', rsa.privateKey.export({ type: 'pkcs1', format: 'der' })],
  ['the body of a PEM', publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
  ['a key in hexadecimal', DER.toString('hex')],
  ['a key in hexadecimal with 0x before it', `0x${DER.toString('hex')}`],
  ['a key in hexadecimal with colons', DER.toString('hex').replace(/(..)(?=.)/g, '$1:')],
  ['a key in hexadecimal over several lines', DER.toString('hex').replace(/(.{32})/g, '$1\n')],
  ['a key in base64 twice', Buffer.from(DER.toString('base64')).toString('base64')],
  ['a key in a data URI', `data:application/octet-stream;base64,${DER.toString('base64')}`],
  ['a point of P-256', POINT],
  ['a point of P-256 in hexadecimal', POINT.toString('hex')],
  ['a point of P-256 in base64', POINT.toString('base64')],
  [
    'a PEM in base64',
    Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })).toString('base64'),
  ],
  ['an ECDSA SSH key', `ecdsa-sha2-nistp256 ${randomBytes(40).toString('base64')}`],
  ['a JWK', JSON.stringify(publicKey.export({ format: 'jwk' }))],
  ['a list of JWKs', JSON.stringify([publicKey.export({ format: 'jwk' })])],
  ['a certificate in DER', Buffer.from(CERTIFICATE, 'base64')],
  ['the body of a certificate', CERTIFICATE],
  ['an SSH key', `ssh-ed25519 ${randomBytes(40).toString('base64')}`],
])('rejects %s as an HMAC secret', (_title, secret) => {
  expect(weakness(secret)).toMatch(
    /^looks like a PEM, DER or JSON key\. .*pass such a key as a KeyObject/,
  );
});

test.each([
  'x'.repeat(32),
  '\0'.repeat(64),
  'abc'.repeat(20),
  '0123456789'.repeat(4),
  `${'fifteen-bytes-x'.repeat(3)}fift`,
])('rejects a repeated short sequence: %j', (secret) => {
  expect(weakness(secret)).toBe(
    'is one short piece repeated. Create one with: openssl rand -base64 48',
  );
});

test.each([
  'a-string-secret-at-least-256-bits-long',
  'your-256-bit-secret-your-256-bit-secret',
  'changeme-changeme-secret-password-secret',
  'this-is-my-super-secret-jwt-key-must-be-32-chars-long',
  'SECRET_KEY_CHANGE_ME_IN_PRIVATE_TEST_12345678',
  '0123456789abcdefghijklmnopqrstuvwxyz',
])('rejects a well-known placeholder: %j', (secret) => {
  expect(weakness(secret)).toBe(
    'is a well-known placeholder. Create one with: openssl rand -base64 48',
  );
});

test.each(['base64', 'base64url', 'hex', 'latin1'] as const)(
  'accepts 200 random secrets in %s',
  (encoding) => {
    const weak = Array.from({ length: 200 }, () =>
      weaknessOf(Buffer.from(randomBytes(32).toString(encoding), 'latin1'), 32),
    );
    expect(weak.filter((each) => each !== undefined)).toEqual([]);
  },
);

test.each([
  '{not json, only a brace in front of 32 bytes',
  '[neither is this one of random words u7Qz',
])('accepts %j', (secret) => {
  expect(weakness(secret)).toBeUndefined();
});
