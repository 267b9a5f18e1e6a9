import { checkClient } from '../clients/check-client';
import { findParts } from '../http/auth-parts';
import type { JwtAuth } from '../http/create-jwt-auth';
import { readOptions } from '../internal/assert';
import { createClaims } from '../tokens/claims';
import { assertNotProduction } from './assert-not-production';

/** The options of {@link mintToken}. */
export interface MintOptions {
  /** The client of the token. Default: `test-client`. */
  readonly clientId?: string | undefined;
  /** The scopes of the token. Default: none. */
  readonly scopes?: readonly string[] | undefined;
  /** Claims that replace any of the token, such as `aud` or `nbf`; `undefined` removes one. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the token expired a minute ago. Default: false. */
  readonly expired?: boolean | undefined;
  /** Whether the signature is wrong. Default: false. */
  readonly forged?: boolean | undefined;
}

const NAMES = ['clientId', 'scopes', 'claims', 'expired', 'forged'] as const;
const MINUTE_SECONDS = 60;

/**
 * Mints a token with the key of `auth`, without a secret. The guard checks it like any other token.
 *
 * @throws Error if `NODE_ENV` begins with `prod`.
 * @throws TypeError if an option is malformed, or `auth` has no key to sign with.
 *
 * @example
 * ```ts
 * const token = mintToken(auth, { clientId: 'reports', scopes: ['reports:read'] });
 * const tooOld = mintToken(auth, { expired: true });
 * ```
 */
export function mintToken(auth: JwtAuth, options: MintOptions = {}): string {
  assertNotProduction('mintToken');
  const { tokens } = findParts(auth, 'mintToken');
  if (tokens === undefined)
    throw new TypeError(
      'mintToken: a createJwtGuard() has no key to sign with. Give your app a createTestAuth() instead.',
    );
  const given = readOptions(options, 'mintToken', NAMES);
  const { clientId = 'test-client', scopes, claims, expired = false, forged = false } = given;
  const client = checkClient({ clientId, scopes }, 'mintToken: options');
  const { settings, sign } = tokens;
  const ageSeconds = expired ? settings.expiresInSeconds + MINUTE_SECONDS : 0;
  const now = settings.clock() - ageSeconds * 1000;
  const token = sign({ ...createClaims(client, settings, now), ...claims });
  return forged ? forge(token) : token;
}

/** Changes one bit of the signature. */
function forge(token: string): string {
  const start = token.lastIndexOf('.') + 1;
  const signature = Buffer.from(token.slice(start), 'base64url');
  signature.writeUInt8(signature.readUInt8(0) ^ 1, 0);
  return token.slice(0, start) + signature.toString('base64url');
}

/** A request header with a token. It is no interface, so that it fits the types of headers. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- see above
export type BearerHeader = {
  /** `Bearer`, a space, and the token. */
  readonly authorization: string;
};

/**
 * Mints a token and returns it as a request header, for supertest and fetch.
 *
 * @throws Error if `NODE_ENV` begins with `prod`.
 * @throws TypeError if an option is malformed, or `auth` has no key to sign with.
 *
 * @example
 * ```ts
 * await request(app).get('/reports').set(bearerHeader(auth, { clientId: 'reports' }));
 * await fetch(`${url}/reports`, { headers: bearerHeader(auth, { clientId: 'reports' }) });
 * ```
 */
export function bearerHeader(auth: JwtAuth, options: MintOptions = {}): BearerHeader {
  return { authorization: `Bearer ${mintToken(auth, options)}` };
}
