// Tokens made with nothing but Node, so that no contender measures its own.
import { createHmac, createPrivateKey, randomUUID, sign } from 'node:crypto';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A function that makes a token which is another one each time; claims can be changed. */
export function createMint({ alg, secret, privateKey, issuer, audience, subject }) {
  const header = encode({ alg, typ: 'JWT' });
  const key = privateKey && createPrivateKey(privateKey);
  const signatureOf = (text) =>
    secret
      ? createHmac('sha256', secret).update(text).digest('base64url')
      : sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return (changes = {}) => {
    const iat = Math.floor(Date.now() / 1000);
    const standard = {
      iss: issuer,
      sub: subject,
      aud: audience,
      iat,
      exp: iat + 3600,
      jti: randomUUID(),
    };
    const claims = { ...standard, ...changes };
    const text = `${header}.${encode(claims)}`;
    return `${text}.${signatureOf(text)}`;
  };
}
