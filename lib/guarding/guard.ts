import type { NextFunction, Request, Response } from 'express';

import type { Standing } from '../clients/client';
import type { StandingCheck } from './standing';
import { JwtAuthError, wordsFor, type JwtAuthErrorCode } from '../errors';
import type { JwtRefusedEvent } from '../events';
import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import { checkTimes } from '../tokens/check-claims';
import type { Tokens } from '../tokens/tokens';
import type { VerifiedJwt, VerifiedToken } from '../tokens/verifier';
import { formatChallenge, isB64token, parseBearer } from '../http/request';
import type { Settings } from '../http/options';
import type { Reporter } from '../reporter';
import type { Guard, Requirements } from '../http/require-jwt';
import { passOn, sendErrorOrPassOn } from '../http/respond';
import type { RevocationCheck } from './revocations';

/** What a guard works with. */
export interface GuardParts {
  readonly settings: Pick<Settings, 'realm' | 'errors' | 'clock'>;
  readonly tokens: Pick<Tokens, 'verify'>;
  readonly standingOf: StandingCheck;
  readonly isRevoked: RevocationCheck;
  readonly reporter: Reporter;
}

const RETRY_AFTER_SECONDS = '5';

/** Why a request is refused. */
class Refusal {
  constructor(
    readonly code: JwtAuthErrorCode,
    readonly verified?: VerifiedToken,
    readonly cause?: unknown,
  ) {}
}

/** No caller, where that will do: not undefined, so that no slip is taken for it. */
const NOBODY = Symbol('nobody');

/** What is found out of a request: its caller, nobody where that will do, or why it is refused. */
type Finding = VerifiedJwt | typeof NOBODY | Refusal;

/** One request at the guard. */
interface Visit {
  readonly requirements: Requirements;
  readonly res: Response;
  readonly next: NextFunction;
  readonly report: ReturnType<Reporter['watch']>;
}

/** The guard of one `createJwtAuth`. For a token seen before and a client whose standing is known it is synchronous. */
export function createGuard(parts: GuardParts): Guard {
  const { settings, reporter } = parts;
  const inspect = createInspection(parts);

  return function guard(requirements, req, res, next) {
    const startedAt = performance.now();
    let finding: MaybePromise<Finding>;
    try {
      finding = inspect(requirements, req);
    } catch (cause) {
      reporter.outage({ source: 'guard', cause, clientId: undefined });
      finding = new Refusal('ERR_SERVER', undefined, cause);
    }
    // Most requests end here, so that nothing has been made for them that only the others need.
    if (!isPromise(finding) && !(finding instanceof Refusal)) pass(req, next, finding);
    else
      conclude(finding, req, { requirements, res, next, report: reporter.watch(req, startedAt) });
  };

  function conclude(finding: MaybePromise<Finding>, req: Request, visit: Visit): void {
    if (isPromise(finding)) {
      finding
        .then((late) => {
          conclude(late, req, visit);
        })
        .catch(passOn(visit.next));
    } else if (finding instanceof Refusal) {
      refuse(finding, settings, visit);
    } else {
      pass(req, visit.next, finding);
    }
  }
}

/** What is known of the token goes into the event, and the cause no further than the app. */
function refuse(
  { code, verified, cause }: Refusal,
  settings: GuardParts['settings'],
  visit: Visit,
): void {
  const { requirements, res, next, report } = visit;
  const error = new JwtAuthError(code, {
    headers: headersFor(code, settings.realm, requirements),
    cause,
  });
  report((context) => ({ type: 'jwt.refused', code, ...describe(verified), ...context }));
  if (settings.errors === 'next') {
    next(error);
    return;
  }
  sendErrorOrPassOn(res, error, next);
}

function pass(req: Request, next: NextFunction, caller: VerifiedJwt | typeof NOBODY): void {
  req.jwt = caller === NOBODY ? undefined : caller;
  next();
}

/** Facts first, then the decisions: they are made anew for every request, whatever is remembered of the token. */
function createInspection({ settings, tokens, standingOf, isRevoked }: GuardParts) {
  return function inspect(requirements: Requirements, req: Request): MaybePromise<Finding> {
    const bearer = parseBearer(req);
    if (bearer === 'none') return requirements.optional ? NOBODY : new Refusal('ERR_TOKEN_MISSING');
    if (bearer === 'malformed') return new Refusal('ERR_BEARER_MALFORMED');
    const verified = tokens.verify(bearer.token);
    // All that verify are b64tokens, so only what is refused has to be looked through.
    if (typeof verified === 'string')
      return new Refusal(isB64token(bearer.token) ? verified : 'ERR_BEARER_MALFORMED');
    const refusal = checkTimes(verified.jwt.claims, settings.clock());
    return refusal === undefined
      ? inspectClient(requirements, verified)
      : new Refusal(refusal, verified);
  };

  function inspectClient(
    requirements: Requirements,
    verified: VerifiedToken,
  ): MaybePromise<Finding> {
    let standing: MaybePromise<Standing | undefined>;
    try {
      standing = standingOf(verified.jwt.clientId);
    } catch (cause) {
      return new Refusal('ERR_CLIENTS_UNAVAILABLE', verified, cause);
    }
    const judge = (known: Standing | undefined): MaybePromise<Finding> => {
      const refusal = checkStandingOf(verified.jwt, known);
      return refusal === undefined
        ? inspectRevocation(requirements, verified)
        : new Refusal(refusal, verified);
    };
    return isPromise(standing)
      ? standing.then(judge, refusing('ERR_CLIENTS_UNAVAILABLE', verified))
      : judge(standing);
  }

  function inspectRevocation(
    requirements: Requirements,
    verified: VerifiedToken,
  ): MaybePromise<Finding> {
    let revoked: MaybePromise<boolean>;
    try {
      revoked = isRevoked(verified.jwt);
    } catch (cause) {
      return new Refusal('ERR_REVOCATIONS_UNAVAILABLE', verified, cause);
    }
    const judge = (known: boolean): Finding => {
      const refusal = known ? 'ERR_TOKEN_REVOKED' : checkScopes(verified.jwt, requirements);
      return refusal === undefined ? verified.jwt : new Refusal(refusal, verified);
    };
    return isPromise(revoked)
      ? revoked.then(judge, refusing('ERR_REVOCATIONS_UNAVAILABLE', verified))
      : judge(revoked);
  }
}

const refusing = (code: JwtAuthErrorCode, verified: VerifiedToken) => (cause: unknown) =>
  new Refusal(code, verified, cause);

function checkStandingOf(
  jwt: VerifiedJwt,
  standing: Standing | undefined,
): JwtAuthErrorCode | undefined {
  if (standing === undefined || standing.disabled) return 'ERR_TOKEN_CLIENT';
  return jwt.claims.iat * 1000 < standing.tokensValidAfterMs ? 'ERR_TOKEN_REVOKED' : undefined;
}

function checkScopes(jwt: VerifiedJwt, { scopes }: Requirements): JwtAuthErrorCode | undefined {
  return scopes.every((scope) => jwt.scopes.includes(scope)) ? undefined : 'ERR_INSUFFICIENT_SCOPE';
}

/** RFC 6750 §3: a challenge with every refusal, and §3.1: no error in it for a request without a token. */
function headersFor(
  code: JwtAuthErrorCode,
  realm: string,
  { scopes }: Requirements,
): Readonly<Record<string, string>> {
  if (code === 'ERR_SERVER') return {};
  if (code === 'ERR_CLIENTS_UNAVAILABLE' || code === 'ERR_REVOCATIONS_UNAVAILABLE')
    return { 'Retry-After': RETRY_AFTER_SECONDS };
  if (code === 'ERR_TOKEN_MISSING') return { 'WWW-Authenticate': formatChallenge(realm) };
  const { error, description } = wordsFor(code);
  const scope = code === 'ERR_INSUFFICIENT_SCOPE' ? { scope: scopes.join(' ') } : undefined;
  return {
    'WWW-Authenticate': formatChallenge(realm, { error, error_description: description, ...scope }),
  };
}

function describe(
  verified: VerifiedToken | undefined,
): Pick<JwtRefusedEvent, 'clientId' | 'jti' | 'kid'> {
  return { clientId: verified?.jwt.clientId, jti: verified?.jwt.claims.jti, kid: verified?.kid };
}
