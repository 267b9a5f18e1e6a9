import { deepFreeze } from '../internal/deep-freeze';
import type { JwtClaims } from './claims';
import type { TokenClient } from './token-client';

/** The caller of a guarded route. Frozen, including its claims. */
export interface VerifiedJwt {
  /** The client that the token was issued to. */
  readonly clientId: string;
  /** The scopes of the token that its client still has; empty if there are none. */
  readonly scopes: readonly string[];
  /** All claims of the token. */
  readonly claims: JwtClaims;
  /**
   * The token itself. Not enumerable, so that logging or sending this object does not reveal it.
   */
  readonly token: string;
}

/** Creates the caller that a verified token proves, with all of the token's scopes. */
export function createVerifiedJwt(
  token: string,
  claims: JwtClaims,
  client: TokenClient,
): VerifiedJwt {
  return new FrozenJwt(token, deepFreeze(claims), client);
}

/** Returns the caller with only those scopes that are allowed; undefined allows all of them. */
export function narrowScopes(
  jwt: VerifiedJwt,
  allowed: readonly string[] | undefined,
): VerifiedJwt {
  if (allowed === undefined || jwt.scopes.every((scope) => allowed.includes(scope))) return jwt;
  const scopes = jwt.scopes.filter((scope) => allowed.includes(scope));
  return new FrozenJwt(jwt.token, jwt.claims, { clientId: jwt.clientId, scopes });
}

/**
 * A caller whose token is private. Its getter is on the prototype, so copies and listings leave it
 * out.
 */
class FrozenJwt implements VerifiedJwt {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly claims: JwtClaims;
  readonly #token: string;

  constructor(token: string, claims: JwtClaims, { clientId, scopes }: TokenClient) {
    this.clientId = clientId;
    this.scopes = Object.freeze(scopes);
    this.claims = claims;
    this.#token = token;
    Object.freeze(this);
  }

  get token(): string {
    return this.#token;
  }
}
Object.freeze(FrozenJwt.prototype);
