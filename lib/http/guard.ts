import type { NextFunction, Request, Response } from 'express';

import type { Standing } from '../clients/client';
import type { Directory } from '../clients/directory';
import { JwtAuthError, wordsFor, type JwtAuthErrorCode } from '../errors';
import type { JwtRefusedEvent } from '../events';
import { isPromise, type Answer } from '../internal/answer';
import { checkTimes } from '../tokens/claims-check';
import type { Tokens } from '../tokens/tokens';
import type { VerifiedJwt, VerifiedToken } from '../tokens/verifier';
import { formatChallenge, parseBearer } from './headers';
import type { Settings } from './options';
import type { Reporter } from './reporter';
import type { Guard, Requirements } from './require-jwt';
import { sendError } from './respond';
import type { RevocationCheck } from './revocations';

/** What a guard works with. */
export interface GuardParts {
  readonly settings: Pick<Settings, 'realm' | 'errors' | 'clock'>;
  readonly tokens: Pick<Tokens, 'verify'>;
  /** Undefined where the verifier has no `find`: then a token is good until it expires. */
  readonly directory: Directory | undefined;
  readonly isRevoked: RevocationCheck;
  readonly reporter: Reporter;
}

/** Refuses the request; what is known of its token goes into the event, and the cause no further than the app. */
type Refuse = (code: JwtAuthErrorCode, verified?: VerifiedToken, cause?: unknown) => void;

const RETRY_AFTER_SECONDS = '5';
const GOOD_STANDING: Standing = { disabled: false, tokensValidAfterMs: 0 };

/** The guard of one `createJwtAuth`. For a token seen before and a client whose standing is known it is synchronous. */
export function createGuard(parts: GuardParts): Guard {
  return function guard(requirements, req, res, next) {
    const refuse = createRefuse(parts, requirements, req, res, next);
    const bearer = parseBearer(req);
    if (bearer === 'none' && requirements.optional) next();
    else if (bearer === 'none') refuse('ERR_TOKEN_MISSING');
    else if (bearer === 'malformed') refuse('ERR_BEARER_MALFORMED');
    else admit(parts, bearer.token, requirements, req, next, refuse);
  };
}

function createRefuse(
  { settings, reporter }: GuardParts,
  requirements: Requirements,
  req: Request,
  res: Response,
  next: NextFunction,
): Refuse {
  const report = reporter.watch(req);
  return (code, verified, cause) => {
    const error = new JwtAuthError(code, { headers: headersFor(code, settings.realm, requirements), cause });
    report((context) => ({ type: 'jwt.refused', code, ...describe(verified), ...context }));
    if (settings.errors === 'next') next(error);
    else sendError(res, error);
  };
}

/** Facts first, then the decisions: they are made anew for every request, whatever is remembered of the token. */
function admit(
  { tokens, directory, isRevoked, settings }: GuardParts,
  token: string,
  requirements: Requirements,
  req: Request,
  next: NextFunction,
  refuse: Refuse,
): void {
  const verified = tokens.verify(token);
  if (typeof verified === 'string') {
    refuse(verified);
    return;
  }
  const { jwt } = verified;
  const refuseOr = (refusal: JwtAuthErrorCode | undefined, proceed: () => void): void => {
    if (refusal === undefined) proceed();
    else refuse(refusal, verified);
  };
  const failWith = (code: JwtAuthErrorCode) => (cause: unknown) => {
    refuse(code, verified, cause);
  };
  const pass = (): void => {
    req.jwt = jwt;
    next();
  };
  const checkRevocation = (): void => {
    const settle = (revoked: boolean): void => {
      refuseOr(revoked ? 'ERR_TOKEN_REVOKED' : checkScopes(jwt, requirements), pass);
    };
    ask(() => isRevoked(jwt), settle, failWith('ERR_REVOCATIONS_UNAVAILABLE'), next);
  };
  const checkClient = (): void => {
    const settle = (standing: Standing | undefined): void => {
      refuseOr(checkStandingOf(jwt, standing), checkRevocation);
    };
    const question = () => (directory ? directory.standingOf(jwt.clientId) : GOOD_STANDING);
    ask(question, settle, failWith('ERR_CLIENTS_UNAVAILABLE'), next);
  };
  refuseOr(checkTimes(jwt.claims, settings.clock()), checkClient);
}

/** Goes on at once where the answer comes at once. */
function ask<T>(
  question: () => Answer<T>,
  settle: (answer: T) => void,
  fail: (cause: unknown) => void,
  next: NextFunction,
): void {
  let answer: Answer<T>;
  try {
    answer = question();
  } catch (cause) {
    fail(cause);
    return;
  }
  // What the app itself hooked into the answer may throw: that is for its error handler, as if it had come synchronously.
  if (isPromise(answer)) answer.then(settle, fail).catch(next);
  else settle(answer);
}

function checkStandingOf(jwt: VerifiedJwt, standing: Standing | undefined): JwtAuthErrorCode | undefined {
  if (standing === undefined || standing.disabled) return 'ERR_TOKEN_CLIENT';
  return jwt.claims.iat * 1000 < standing.tokensValidAfterMs ? 'ERR_TOKEN_REVOKED' : undefined;
}

function checkScopes(jwt: VerifiedJwt, { scopes }: Requirements): JwtAuthErrorCode | undefined {
  return scopes.every((scope) => jwt.scopes.includes(scope)) ? undefined : 'ERR_INSUFFICIENT_SCOPE';
}

/** RFC 6750 §3: a challenge with every refusal, and §3.1: no error in it for a request without a token. */
function headersFor(code: JwtAuthErrorCode, realm: string, { scopes }: Requirements): Readonly<Record<string, string>> {
  if (code === 'ERR_CLIENTS_UNAVAILABLE' || code === 'ERR_REVOCATIONS_UNAVAILABLE') return { 'Retry-After': RETRY_AFTER_SECONDS };
  if (code === 'ERR_TOKEN_MISSING') return { 'WWW-Authenticate': formatChallenge(realm) };
  const { error, description } = wordsFor(code);
  const scope = code === 'ERR_INSUFFICIENT_SCOPE' ? { scope: scopes.join(' ') } : undefined;
  return { 'WWW-Authenticate': formatChallenge(realm, { error, error_description: description, ...scope }) };
}

function describe(verified: VerifiedToken | undefined): Pick<JwtRefusedEvent, 'clientId' | 'jti' | 'kid'> {
  return { clientId: verified?.jwt.clientId, jti: verified?.jwt.claims.jti, kid: verified?.kid };
}
