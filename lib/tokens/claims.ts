import { randomUUID } from 'node:crypto';

/** The checked claims of a token (RFC 7519 §4.1). Times are in seconds since 1970. */
export interface JwtClaims {
  /** The client id; in tokens of other issuers it may name a user. */
  readonly sub: string;
  /** When the token was issued. */
  readonly iat: number;
  /** When the token expires; it is refused from this second on. */
  readonly exp: number;
  /** When the token becomes valid, if it says so. */
  readonly nbf?: number;
  /** The issuer, if one is configured. */
  readonly iss?: string;
  /** The audience, if one is configured. */
  readonly aud?: string | readonly string[];
  /** The unique ID of the token (RFC 7519 §4.1.7). */
  readonly jti?: string;
  /** The client id again (RFC 8693 §4.3). */
  readonly client_id?: string;
  /** The scopes, separated by spaces (RFC 8693 §4.2). */
  readonly scope?: string;
  /** The client's own claims. */
  readonly [name: string]: unknown;
}

/** The reason why the claims of a token are refused. */
export type ClaimsRefusal =
  'ERR_TOKEN_CLAIMS' | 'ERR_TOKEN_BOUND' | 'ERR_TOKEN_ISSUER' | 'ERR_TOKEN_AUDIENCE';

/** The client that a token is issued for. */
export interface TokenSubject {
  readonly clientId: string;
  readonly scopes?: readonly string[] | null | undefined;
  readonly claims?: Readonly<Record<string, unknown>> | null | undefined;
  /** The client's own lifetime for tokens, in seconds. */
  readonly expiresInSeconds?: number | null | undefined;
  /** The time in milliseconds since 1970 before which issued tokens are refused. */
  readonly tokensValidAfterMs?: number | undefined;
}

/** The settings that all tokens of an issuer share. */
export interface ClaimsSettings {
  readonly issuer: string | undefined;
  readonly audience: string | readonly string[] | undefined;
  readonly expiresInSeconds: number;
}

/**
 * The claims that a client's own claims cannot set. `scp` would grant scopes in a guard for other
 * issuers, and a token with `cnf` is refused.
 */
const RESERVED: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'client_id',
  'scope',
  'scp',
  'cnf',
]);

/**
 * Creates the claims of a new token for this client, issued at `nowMs`. Throws a RangeError if
 * `tokensValidAfter` is more than five minutes in the future.
 */
export function createClaims(
  subject: TokenSubject,
  settings: ClaimsSettings,
  nowMs: number,
): JwtClaims {
  const issuedAt = issuedAtSeconds(subject, nowMs);
  const { issuer, audience } = settings;
  return {
    ...(subject.claims ? ownClaims(subject.claims) : undefined),
    ...(issuer !== undefined && { iss: issuer }),
    sub: subject.clientId,
    ...(audience !== undefined && { aud: audience }),
    client_id: subject.clientId,
    ...(subject.scopes?.length && { scope: subject.scopes.join(' ') }),
    iat: issuedAt,
    exp: issuedAt + (subject.expiresInSeconds ?? settings.expiresInSeconds),
    // 122 random bits: no two tokens share an ID (RFC 7519 §4.1.7).
    jti: randomUUID(),
  };
}

/** The most that the clocks of two machines may differ, in milliseconds. */
const MOST_SKEW_MS = 300_000;

/**
 * Finds the time of issue. `iat` counts whole seconds, so a token issued half a second after
 * `tokensValidAfter` would seem older than it. Such a token gets the next whole second. If the
 * clock that set `tokensValidAfter` is ahead, the token gets that time, or the guard would refuse
 * it.
 */
function issuedAtSeconds(
  { clientId, tokensValidAfterMs = 0 }: TokenSubject,
  nowMs: number,
): number {
  if (tokensValidAfterMs > nowMs + MOST_SKEW_MS) {
    const moment = new Date(tokensValidAfterMs).toISOString();
    throw new RangeError(
      `tokensValidAfter of ${clientId} is in the future (${moment}), so its tokens would be refused. Check the clocks.`,
    );
  }
  return Math.max(Math.floor(nowMs / 1000), Math.ceil(tokensValidAfterMs / 1000));
}

function ownClaims(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !RESERVED.has(name)));
}
