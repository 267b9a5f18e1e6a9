import type { NextFunction, Request, Response } from 'express';

import type { Standing } from '../clients/client';
import type { StandingCheck } from '../clients/directory';
import { JwtAuthError, wordsFor, type JwtAuthErrorCode } from '../errors';
import type { JwtRefusedEvent } from '../events';
import { isPromise, type Answer } from '../internal/answer';
import { checkTimes } from '../tokens/claims-check';
import type { Tokens } from '../tokens/tokens';
import type { VerifiedJwt, VerifiedToken } from '../tokens/verifier';
import { formatChallenge, isB64token, parseBearer } from './headers';
import type { Settings } from './options';
import type { Reporter } from './reporter';
import type { Guard, Requirements } from './require-jwt';
import { passOn, sendError } from './respond';
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

/** The guard of one `createJwtAuth`. For a token seen before and a client whose standing is known it is synchronous. */
export function createGuard(parts: GuardParts): Guard {
  return function guard(requirements, req, res, next) {
    new Admission(parts, requirements, req, res, next).decide();
  };
}

/** One request at the guard, which ends in `next` or in a refusal. */
class Admission {
  readonly #parts: GuardParts;
  readonly #requirements: Requirements;
  readonly #req: Request;
  readonly #res: Response;
  readonly #next: NextFunction;
  readonly #startedAt = performance.now();
  #report: ReturnType<Reporter['watch']> | undefined;

  constructor(parts: GuardParts, requirements: Requirements, req: Request, res: Response, next: NextFunction) {
    this.#parts = parts;
    this.#requirements = requirements;
    this.#req = req;
    this.#res = res;
    this.#next = next;
  }

  decide(): void {
    const bearer = parseBearer(this.#req);
    if (bearer === 'none' && this.#requirements.optional) this.#pass(undefined);
    else if (bearer === 'none') this.#refuse('ERR_TOKEN_MISSING');
    else if (bearer === 'malformed') this.#refuse('ERR_BEARER_MALFORMED');
    else this.#checkToken(bearer.token);
  }

  /** Facts first, then the decisions: they are made anew for every request, whatever is remembered of the token. */
  #checkToken(token: string): void {
    const verified = this.#parts.tokens.verify(token);
    if (typeof verified === 'string') {
      // All that verify are b64tokens, so only what is refused has to be looked through.
      this.#refuse(isB64token(token) ? verified : 'ERR_BEARER_MALFORMED');
      return;
    }
    const refusal = checkTimes(verified.jwt.claims, this.#parts.settings.clock());
    if (refusal === undefined) this.#checkClient(verified);
    else this.#refuse(refusal, verified);
  }

  #checkClient(verified: VerifiedToken): void {
    let standing: Answer<Standing | undefined>;
    try {
      standing = this.#parts.standingOf(verified.jwt.clientId);
    } catch (cause) {
      this.#refuse('ERR_CLIENTS_UNAVAILABLE', verified, cause);
      return;
    }
    if (isPromise(standing)) {
      const settle = (late: Standing | undefined): void => {
        this.#judgeClient(verified, late);
      };
      this.#wait(standing, settle, 'ERR_CLIENTS_UNAVAILABLE', verified);
    } else {
      this.#judgeClient(verified, standing);
    }
  }

  #judgeClient(verified: VerifiedToken, standing: Standing | undefined): void {
    const refusal = checkStandingOf(verified.jwt, standing);
    if (refusal === undefined) this.#checkRevocation(verified);
    else this.#refuse(refusal, verified);
  }

  #checkRevocation(verified: VerifiedToken): void {
    let isRevoked: Answer<boolean>;
    try {
      isRevoked = this.#parts.isRevoked(verified.jwt);
    } catch (cause) {
      this.#refuse('ERR_REVOCATIONS_UNAVAILABLE', verified, cause);
      return;
    }
    if (isPromise(isRevoked)) {
      const settle = (late: boolean): void => {
        this.#judgeRevocation(verified, late);
      };
      this.#wait(isRevoked, settle, 'ERR_REVOCATIONS_UNAVAILABLE', verified);
    } else {
      this.#judgeRevocation(verified, isRevoked);
    }
  }

  #judgeRevocation(verified: VerifiedToken, isRevoked: boolean): void {
    const refusal = isRevoked ? 'ERR_TOKEN_REVOKED' : checkScopes(verified.jwt, this.#requirements);
    if (refusal === undefined) this.#pass(verified.jwt);
    else this.#refuse(refusal, verified);
  }

  /** For what does not come at once. An answer at hand goes another way, without a closure: most requests go that way. */
  #wait<T>(answer: Promise<T>, settle: (answer: T) => void, failure: JwtAuthErrorCode, verified: VerifiedToken): void {
    const fail = (cause: unknown): void => {
      this.#refuse(failure, verified, cause);
    };
    this.#watch();
    answer.then(settle, fail).catch(passOn(this.#next));
  }

  #pass(jwt: VerifiedJwt | undefined): void {
    this.#req.jwt = jwt;
    this.#next();
  }

  /** What is known of the token goes into the event, and the cause no further than the app. */
  #refuse(code: JwtAuthErrorCode, verified?: VerifiedToken, cause?: unknown): void {
    const { settings } = this.#parts;
    const error = new JwtAuthError(code, { headers: headersFor(code, settings.realm, this.#requirements), cause });
    this.#watch()((context) => ({ type: 'jwt.refused', code, ...describe(verified), ...context }));
    if (settings.errors === 'next') {
      this.#next(error);
      return;
    }
    try {
      sendError(this.#res, error);
    } catch (thrown) {
      // An app's hook may throw what Express takes for leave to go on, such as undefined.
      passOn(this.#next)(thrown);
    }
  }

  /** Only a refusal is an event, so the address is asked for no earlier than that, or than a wait in which the caller may leave. */
  #watch(): ReturnType<Reporter['watch']> {
    return (this.#report ??= this.#parts.reporter.watch(this.#req, this.#startedAt));
  }
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
