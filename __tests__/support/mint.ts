import { createHmac, sign, type KeyObject } from 'node:crypto';

/** 43 characters, used only in tests. */
export const KEY = 'k3Jx9vQmT0sWcY7bNf2Lr8uHd5gZp1aEo6iXyRtKwMs';
export const OTHER_KEY = 'Zq8LmV4nXc7bJhG2fDsA9pOiUyTrEwQ1k5MxNvBz3Ct';

export type Json = Readonly<Record<string, unknown>>;

export function base64url(value: string | Uint8Array): string {
  return Buffer.from(value).toString('base64url');
}

const PARAMETERS = {
  RS: {},
  PS: { padding: 6 /* RSA_PKCS1_PSS_PADDING */, saltLength: -1 /* as long as the digest */ },
  ES: { dsaEncoding: 'ieee-p1363' as const },
};

/** A signature made with node:crypto only, so that the tests do not depend on the tested code. */
export function signature(
  input: string,
  alg: string,
  key: string | Uint8Array | KeyObject,
): string {
  if (alg === 'Ed25519' || alg === 'EdDSA')
    return sign(null, Buffer.from(input), key as KeyObject).toString('base64url');
  const digest = `sha${alg.slice(2)}`;
  if (alg.startsWith('HS')) return createHmac(digest, key).update(input).digest('base64url');
  const parameters = PARAMETERS[alg.slice(0, 2) as keyof typeof PARAMETERS];
  return sign(digest, Buffer.from(input), { key: key as KeyObject, ...parameters }).toString(
    'base64url',
  );
}

export const seconds = (ms = Date.now()): number => Math.floor(ms / 1000);

export function claimsOf(changes: Json = {}): Json {
  const now = seconds();
  return {
    sub: 'reports',
    client_id: 'reports',
    iat: now,
    exp: now + 3600,
    jti: 'a-token',
    ...changes,
  };
}

/** A token with exactly this header and these claims; `undefined` omits a member. */
export function mint(
  changes: Json = {},
  header: Json = {},
  key: string | Uint8Array | KeyObject = KEY,
): string {
  const wholeHeader: Json = { alg: 'HS256', typ: 'JWT', ...header };
  return mintRaw(
    JSON.stringify(wholeHeader),
    JSON.stringify(claimsOf(changes)),
    key,
    String(wholeHeader.alg),
  );
}

/** A token of strings or bytes that need not be JSON. */
export function mintRaw(
  header: string | Uint8Array,
  claims: string | Uint8Array,
  key: string | Uint8Array | KeyObject = KEY,
  alg = 'HS256',
): string {
  const input = `${base64url(header)}.${base64url(claims)}`;
  return `${input}.${signature(input, /^([HRPE]S(256|384|512)|Ed25519|EdDSA)$/.test(alg) ? alg : 'HS256', key)}`;
}
