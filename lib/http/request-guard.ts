import type { NextFunction, Request, Response } from 'express';

import { GuardRefusal, type Finding, type Guard } from '../guarding/guard';
import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import type { Reporter } from '../reporter';
import type { VerifiedJwt } from '../tokens/verified-jwt';
import { createHttpError, type ChallengeSettings } from './challenge';
import { addressOf, elapsedMs, isB64token, parseBearer } from './request';
import { passOn, sendErrorOrPassOn } from './respond';

/** The requirements of a route. */
export interface Requirements {
  readonly scopes: readonly string[];
  /** Whether a request without a token passes. */
  readonly optional: boolean;
}

/** Passes a request on to `next`, or refuses it. */
export type RequestGuard = (
  requirements: Requirements,
  req: Request,
  res: Response,
  next: NextFunction,
) => void;

/** The settings that all guards of one factory share. */
export interface RequestGuardSettings extends ChallengeSettings {
  readonly errors: 'json' | 'next';
}

/**
 * The result for a request without a token on a route that allows it. It is not undefined, so that
 * a missing result cannot pass.
 */
const NOBODY = Symbol('nobody');

/** The parts of a request guard. */
interface RequestGuardParts {
  readonly guard: Guard;
  readonly settings: RequestGuardSettings;
  readonly reporter: Reporter;
}

/** One request at the guard. */
interface Visit {
  readonly req: Request;
  readonly res: Response;
  readonly next: NextFunction;
  readonly requirements: Requirements;
  readonly startedAt: number;
}

/**
 * Creates a guard of Express requests. It reads the token from the header, then sets `req.jwt` or
 * refuses.
 */
export function createRequestGuard(parts: RequestGuardParts): RequestGuard {
  const { isListening } = parts.reporter;
  return function requestGuard(requirements, req, res, next) {
    const startedAt = isListening ? performance.now() : 0;
    let finding: MaybePromise<Finding | typeof NOBODY>;
    try {
      finding = inspect(parts, requirements, req);
    } catch (cause) {
      finding = fail(parts, cause);
    }
    // Most requests end in `pass`, so the object for the others is only created here.
    if (isPromise(finding) || finding instanceof GuardRefusal)
      conclude(parts, finding, { req, res, next, requirements, startedAt });
    else pass(req, next, finding);
  };
}

function inspect(
  parts: RequestGuardParts,
  { optional, scopes }: Requirements,
  req: Request,
): MaybePromise<Finding | typeof NOBODY> {
  const bearer = parseBearer(req);
  if (bearer === 'none') return optional ? NOBODY : new GuardRefusal('ERR_TOKEN_MISSING');
  if (bearer === 'malformed') return new GuardRefusal('ERR_BEARER_MALFORMED');
  const { token } = bearer;
  const finding = parts.guard(token, scopes);
  if (!isPromise(finding)) return blame(finding, token);
  return finding.then(
    (late) => blame(late, token),
    (cause: unknown) => fail(parts, cause),
  );
}

function conclude(
  parts: RequestGuardParts,
  finding: MaybePromise<Finding | typeof NOBODY>,
  visit: Visit,
): void {
  const { req, next } = visit;
  // Read now, because it may be gone after the caller disconnects.
  const address = addressOf(req);
  if (finding instanceof GuardRefusal) refuse(parts, finding, visit, address);
  else if (isPromise(finding)) {
    finding
      .then((late) => {
        if (late instanceof GuardRefusal) refuse(parts, late, visit, address);
        else pass(req, next, late);
      })
      .catch(passOn(next));
  }
}

/** Refuses a request. The event shows what is known about the token; the cause stays in the app. */
function refuse(
  { settings, reporter }: RequestGuardParts,
  { code, verified, cause }: GuardRefusal,
  { requirements, res, next, startedAt }: Visit,
  address: string | undefined,
): void {
  const scopes = code === 'ERR_INSUFFICIENT_SCOPE' ? requirements.scopes : undefined;
  const error = createHttpError(code, { scopes, cause }, settings);
  if (reporter.isListening) {
    const { clientId, claims } = verified?.jwt ?? {};
    const token = { clientId, jti: claims?.jti, kid: verified?.kid };
    const context = { address, durationMs: elapsedMs(startedAt) };
    reporter.tell({ type: 'jwt.refused', code, ...token }, context);
  }
  if (settings.errors === 'next') next(error);
  else sendErrorOrPassOn(res, error, next);
}

function fail({ reporter }: RequestGuardParts, cause: unknown): GuardRefusal {
  reporter.outage({ source: 'guard', cause, clientId: undefined });
  return new GuardRefusal('ERR_SERVER', undefined, cause);
}

/** Changes the code if a refused token is no b64token. A verified token always is one. */
function blame(finding: Finding, token: string): Finding {
  const isUnverified = finding instanceof GuardRefusal && finding.verified === undefined;
  return isUnverified && !isB64token(token) ? new GuardRefusal('ERR_BEARER_MALFORMED') : finding;
}

function pass(req: Request, next: NextFunction, caller: VerifiedJwt | typeof NOBODY): void {
  req.jwt = caller === NOBODY ? undefined : caller;
  next();
}
