import type { Standing } from '../clients/client';
import type { JwtAuthErrorCode } from '../errors';
import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import { checkTimes } from '../tokens/check-claims';
import { narrowScopes, type VerifiedJwt } from '../tokens/verified-jwt';
import type { TokenRefusal, TokenVerifier, VerifiedToken } from '../tokens/verifier';
import type { RevocationCheck } from './revocations';
import type { StandingCheck } from './standing';

/** The parts of a guard. */
export interface GuardParts {
  readonly clock: () => number;
  readonly verify: TokenVerifier;
  readonly standingOf: StandingCheck;
  readonly isRevoked: RevocationCheck;
}

/** The reason why a token is refused. */
export class GuardRefusal {
  constructor(
    readonly code: JwtAuthErrorCode,
    /** The token, if its signature is valid. */
    readonly verified?: VerifiedToken,
    /** The underlying error. */
    readonly cause?: unknown,
  ) {}
}

/** The caller that a token proves, or the reason why it is refused. */
export type Finding = VerifiedJwt | GuardRefusal;

/**
 * Inspects a token that must have these scopes. Returns a promise only if it waits for keys or a
 * store. Throws or rejects only if the clock throws.
 */
export type Guard = (token: string, scopes: readonly string[]) => MaybePromise<Finding>;

/**
 * Creates a guard. It caches facts about a token that cannot change, and makes its decisions for
 * every request. It is synchronous if the token and its client are cached.
 */
export function createGuard(parts: GuardParts): Guard {
  const { verify } = parts;
  return (token, scopes) => {
    const verified = verify(token);
    if (!isPromise(verified)) return inspectToken(parts, verified, scopes);
    return verified.then(
      (known) => inspectToken(parts, known, scopes),
      (cause: unknown) => new GuardRefusal('ERR_KEYS_UNAVAILABLE', undefined, cause),
    );
  };
}

function inspectToken(
  parts: GuardParts,
  verified: VerifiedToken | TokenRefusal,
  scopes: readonly string[],
): MaybePromise<Finding> {
  if (typeof verified === 'string') return new GuardRefusal(verified);
  const nowMs = parts.clock();
  const refusal = checkTimes(verified.jwt.claims, nowMs);
  if (refusal !== undefined) return new GuardRefusal(refusal, verified);
  let standing: MaybePromise<Standing | undefined>;
  try {
    standing = parts.standingOf(verified.jwt.clientId, nowMs);
  } catch (cause) {
    return new GuardRefusal('ERR_CLIENTS_UNAVAILABLE', verified, cause);
  }
  if (!isPromise(standing)) return inspectStanding(parts, verified, standing, scopes);
  return standing.then(
    (known) => inspectStanding(parts, verified, known, scopes),
    (cause: unknown) => new GuardRefusal('ERR_CLIENTS_UNAVAILABLE', verified, cause),
  );
}

function inspectStanding(
  { isRevoked, clock }: GuardParts,
  verified: VerifiedToken,
  standing: Standing | undefined,
  scopes: readonly string[],
): MaybePromise<Finding> {
  const refusal = checkStandingOf(verified.jwt, standing);
  if (refusal !== undefined) return new GuardRefusal(refusal, verified);
  let revoked: MaybePromise<boolean>;
  try {
    revoked = isRevoked(verified.jwt);
  } catch (cause) {
    return new GuardRefusal('ERR_REVOCATIONS_UNAVAILABLE', verified, cause);
  }
  if (!isPromise(revoked)) return conclude(verified, standing, revoked, scopes);
  return revoked.then(
    (known) => {
      // The token may have expired during the lookup.
      const expired = checkTimes(verified.jwt.claims, clock());
      if (expired !== undefined) return new GuardRefusal(expired, verified);
      return conclude(verified, standing, known, scopes);
    },
    (cause: unknown) => new GuardRefusal('ERR_REVOCATIONS_UNAVAILABLE', verified, cause),
  );
}

function checkStandingOf(
  { claims }: VerifiedJwt,
  standing: Standing | undefined,
): JwtAuthErrorCode | undefined {
  if (standing === undefined || standing.disabled) return 'ERR_TOKEN_CLIENT';
  return claims.iat * 1000 < standing.tokensValidAfterMs ? 'ERR_TOKEN_REVOKED' : undefined;
}

/**
 * Decides by revocation and scopes. A request has those scopes of its token that the client still
 * has.
 */
function conclude(
  verified: VerifiedToken,
  standing: Standing | undefined,
  isRevoked: boolean,
  scopes: readonly string[],
): Finding {
  if (isRevoked) return new GuardRefusal('ERR_TOKEN_REVOKED', verified);
  const jwt = narrowScopes(verified.jwt, standing?.scopes);
  const isAllowed = scopes.every((scope) => jwt.scopes.includes(scope));
  return isAllowed ? jwt : new GuardRefusal('ERR_INSUFFICIENT_SCOPE', verified);
}
