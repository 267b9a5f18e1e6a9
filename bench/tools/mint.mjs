// Creates tokens with Node alone, so that no contender verifies tokens of its own making.
import { createHmac, createPrivateKey, randomUUID, sign } from 'node:crypto';

const LIFETIME_SECONDS = 3600;

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Creates a function that returns a new token on each call. Its argument overrides claims. */
export function createMint({ alg, secret, privateKey, issuer, audience, subject }) {
  const header = encode({ alg, typ: 'JWT' });
  const key = privateKey && createPrivateKey(privateKey);
  const signatureOf = (text) =>
    secret
      ? createHmac('sha256', secret).update(text).digest('base64url')
      : sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return (changes = {}) => {
    const iat = Math.floor(Date.now() / 1000);
    const times = { iat, exp: iat + LIFETIME_SECONDS };
    const claims = { iss: issuer, sub: subject, aud: audience, ...times, jti: randomUUID() };
    const text = `${header}.${encode({ ...claims, ...changes })}`;
    return `${text}.${signatureOf(text)}`;
  };
}
