import { randomBytes } from 'node:crypto';

import { createJwtAuth, type JwtAuth } from '../http/create-jwt-auth';
import type { JwtAuthOptions } from '../http/options';
import { assertNotProduction } from './assert-not-production';
import { createFakeVerifier, type TestClient } from './create-fake-verifier';

/** The options of {@link createTestAuth}: those of `createJwtAuth`, with clients for a verifier. */
export interface TestAuthOptions extends Partial<Omit<JwtAuthOptions, 'verifier'>> {
  /**
   * The made-up clients. A test may change the list at any time. Default: none, and then the guard
   * accepts the tokens of every client.
   */
  readonly clients?: readonly TestClient[] | undefined;
}

/** The length of an HS256 key in bytes (RFC 7518 §3.2). */
const KEY_BYTES = 32;

/**
 * Creates an auth for tests, with a random key and made-up clients. It does not hash.
 *
 * @throws Error if `NODE_ENV` begins with `prod`.
 * @throws TypeError if an option is malformed.
 *
 * @example
 * ```ts
 * const auth = createTestAuth();
 * const app = createApp(auth);
 * await request(app).get('/reports').set(bearerHeader(auth, { scopes: ['reports:read'] }));
 * ```
 */
export function createTestAuth({ clients, ...options }: TestAuthOptions = {}): JwtAuth {
  assertNotProduction('createTestAuth');
  if ('verifier' in options)
    throw new TypeError(
      'createTestAuth: there is no option "verifier". Use clients, or createJwtAuth() with your verifier.',
    );
  const verifier = createFakeVerifier(clients ?? []);
  return createJwtAuth({
    keys: randomBytes(KEY_BYTES).toString('base64url'),
    ...options,
    // Without `find`, the guard does not ask for the client of a token.
    verifier: clients ? verifier : { verify: (credentials) => verifier.verify(credentials) },
  });
}
