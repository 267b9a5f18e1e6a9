import { randomUUID } from 'node:crypto';

/** The claims of a token that this package has checked (RFC 7519 §4.1). Times are seconds since 1970. */
export interface JwtClaims {
  /** The client id. */
  readonly sub: string;
  /** When the token was issued. */
  readonly iat: number;
  /** When the token ends: it is refused from this second on. */
  readonly exp: number;
  /** When the token starts, where it says so. */
  readonly nbf?: number;
  /** The issuer, where one is configured. */
  readonly iss?: string;
  /** The audience, where one is configured. */
  readonly aud?: string | readonly string[];
  /** The random name of this one token. */
  readonly jti?: string;
  /** The client id again (RFC 8693 §4.3). */
  readonly client_id?: string;
  /** The scopes, separated by spaces (RFC 8693 §4.2). */
  readonly scope?: string;
  /** The client's own claims. */
  readonly [name: string]: unknown;
}

/** Why the claims of a token are refused. */
export type ClaimsRefusal = 'ERR_TOKEN_CLAIMS' | 'ERR_TOKEN_ISSUER' | 'ERR_TOKEN_AUDIENCE';

/** What a token says about its client. */
export interface TokenSubject {
  readonly clientId: string;
  readonly scopes?: readonly string[] | null | undefined;
  readonly claims?: Readonly<Record<string, unknown>> | null | undefined;
  /** The client's own lifetime for tokens, in seconds. */
  readonly expiresInSeconds?: number | null | undefined;
  /** Tokens issued before this moment (milliseconds since 1970) are not honoured. */
  readonly tokensValidAfterMs?: number | undefined;
}

/** What every token of one issuer has in common. */
export interface ClaimsSettings {
  readonly issuer: string | undefined;
  readonly audience: string | readonly string[] | undefined;
  readonly expiresInSeconds: number;
}

/** The claims that a client's own claims never replace, nor add. */
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
]);

/** The claims of a new token for this client, issued at `nowMs`. */
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
    // 122 random bits: no two tokens share a name (RFC 7519 §4.1.7).
    jti: randomUUID(),
  };
}

/** Clocks of two machines may differ by this much. */
const MOST_SKEW_MS = 300_000;

/**
 * `iat` counts whole seconds, so a token issued half a second after `tokensValidAfter` would seem to
 * be from before it: such a token takes the next whole second. If the clock that set
 * `tokensValidAfter` is ahead of ours, the token takes that moment, or the guard would refuse it.
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
