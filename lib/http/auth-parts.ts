import type { JwtClaims } from '../tokens/claims';
import type { Endpoint } from './endpoints/endpoint';
import type { AuthSettings } from './options';

/** The settings of a middleware, without its keys and its verifier. */
export type DisclosedSettings = Omit<AuthSettings, 'keys' | 'verifier'>;

/** The parts of `createJwtAuth` or `createJwtGuard` that the subpaths of this package use. */
export interface AuthParts {
  readonly endpoints: readonly Endpoint[];
  readonly settings: Pick<DisclosedSettings, 'errors'> & Partial<DisclosedSettings>;
  /** Signs any claims with the key in force; undefined for a guard. Throws if they are too long. */
  readonly sign?: (claims: JwtClaims) => string;
}

/** Not shared with other copies of this package: whoever can read it can sign. */
const partsOf = new WeakMap<object, AuthParts>();
const NOT_DISCLOSED = ['keys', 'verifier'];

/** Keeps the parts of a middleware beside it, except its keys and its verifier. */
export function keepParts(middleware: object, parts: AuthParts): void {
  const disclosed = Object.entries(parts.settings).filter(
    ([name]) => !NOT_DISCLOSED.includes(name),
  );
  const settings = Object.fromEntries(disclosed) as AuthParts['settings'];
  partsOf.set(middleware, { ...parts, settings });
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
