import { GuardRefusal, type Guard } from '../guarding/guard';
import type { Reporter } from '../reporter';
import type { JwtClaims } from '../tokens/claims';
import { createHttpError, type ChallengeSettings } from './challenge';

/** An access token that was verified without a request, as `verifyAccessToken` returns it. */
export interface VerifiedAccessToken {
  /**
   * The token itself. Not enumerable, so that logging or sending this object does not reveal it.
   */
  readonly token: string;
  /** The client that the token was issued to. */
  readonly clientId: string;
  /** The scopes of the token that its client still has. */
  readonly scopes: readonly string[];
  /** When the token expires, in seconds since 1970. */
  readonly expiresAt: number;
  /** All claims of the token. */
  readonly claims: JwtClaims;
}

/** Verifies an access token: see `JwtAuth.verifyAccessToken`. */
export type AccessTokenVerifier = (token: string) => Promise<VerifiedAccessToken>;

/** Creates the function that verifies tokens without a request, for WebSockets, GraphQL and MCP. */
export function createAccessTokenVerifier(
  guard: Guard,
  settings: ChallengeSettings,
  reporter: Reporter,
): AccessTokenVerifier {
  return async (token) => {
    if (typeof token !== 'string')
      throw new TypeError('verifyAccessToken: the token must be a string.');
    const finding = await inspect(guard, token, reporter);
    if (finding instanceof GuardRefusal)
      throw createHttpError(finding.code, { cause: finding.cause }, settings);
    const { clientId, scopes, claims } = finding;
    const verified = { clientId, scopes, expiresAt: claims.exp, claims };
    return Object.freeze(Object.defineProperty(verified, 'token', { value: token })) as never;
  };
}

async function inspect(guard: Guard, token: string, reporter: Reporter) {
  try {
    return await guard(token, []);
  } catch (cause) {
    reporter.outage({ source: 'guard', cause, clientId: undefined });
    return new GuardRefusal('ERR_SERVER', undefined, cause);
  }
}
