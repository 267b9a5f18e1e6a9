import type { ClaimsSettings, JwtClaims } from '../tokens/claims';
import type { Endpoint } from './endpoints/endpoint';
import type { AuthSettings } from './options';

/** The settings that the description of the endpoints depends on. */
export type EndpointSettings = Pick<AuthSettings, 'errors'> &
  Partial<Pick<AuthSettings, 'issuer' | 'oauth' | 'revocations' | 'throttle' | 'tokenInBody'>>;

/** The functions and settings with which an issuer creates tokens. */
export interface TokenParts {
  readonly settings: ClaimsSettings & Pick<AuthSettings, 'clock'>;
  /** Signs any claims with the key in force. Throws if they are too long. */
  readonly sign: (claims: JwtClaims) => string;
}

/** The parts of `createJwtAuth` or `createJwtGuard` that the subpaths of this package use. */
export interface AuthParts {
  readonly endpoints: readonly Endpoint[];
  readonly settings: EndpointSettings;
  /** Undefined for a guard, which has no key to sign with. */
  readonly tokens?: TokenParts;
}

/** Not shared with other copies of this package: whoever can read it can sign. */
const partsOf = new WeakMap<object, AuthParts>();

/** Keeps the parts of a middleware beside it. */
export function keepParts(middleware: object, parts: AuthParts): void {
  partsOf.set(middleware, parts);
}

/**
 * Returns the parts of a middleware.
 *
 * @param owner The function that error messages name.
 * @throws TypeError if `auth` was not created by this copy of `createJwtAuth` or `createJwtGuard`.
 */
export function findParts(auth: unknown, owner: string): AuthParts {
  const parts = typeof auth === 'function' ? partsOf.get(auth) : undefined;
  if (parts !== undefined) return parts;
  throw new TypeError(
    `${owner}: auth must be the result of createJwtAuth() or createJwtGuard(), of the same copy of express-client-jwt.`,
  );
}
