import type { NextFunction, Request, Response } from 'express';

import { isScope } from '../clients/check-client';
import { assertThat, booleanOr, readOptions } from '../internal/assert';
import { JwtAuthError } from '../errors';
import type { VerifiedJwt } from '../tokens/verifier';
import { assertNotRequest } from './options';
import { sendErrorOrPassOn } from './respond';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the way Express's types are extended
  namespace Express {
    interface Request {
      /** The caller, where the request has passed `requireJwt()` with a token. See `getJwt`. */
      jwt?: VerifiedJwt | undefined;
    }
  }
}

/** Express middleware that leaves the types of the route's parameters as they are. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Express's own constraint on Locals
export type JwtMiddleware = <P, ResBody, ReqBody, Query, Locals extends Record<string, any>>(
  req: Request<P, ResBody, ReqBody, Query, Locals>,
  res: Response<ResBody, Locals>,
  next: NextFunction,
) => void;

/** The options of {@link requireJwt}. */
export interface RequireJwtOptions {
  /** The scopes that the token must have, all of them: separated by spaces, or as a list. Default: none. */
  readonly scope?: string | readonly string[] | undefined;
  /** Let a request without a token through, with `req.jwt` undefined; a bad token is still refused. Default: false. */
  readonly optional?: boolean | undefined;
}

/** What a guard demands, worked out once. */
export interface Requirements {
  readonly scopes: readonly string[];
  readonly optional: boolean;
}

/** Lets a request through to `next` or refuses it. */
export type Guard = (
  requirements: Requirements,
  req: Request,
  res: Response,
  next: NextFunction,
) => void;

/**
 * The guard of the `createJwtAuth` that a request passed last. Not a property of the request: Express gives each one
 * another prototype, which makes new properties dear.
 */
const guards = new WeakMap<Request, Guard>();

/** Marks a request as having passed a `createJwtAuth`. */
export function setGuard(req: Request, guard: Guard): void {
  guards.set(req, guard);
}

/**
 * Guards the routes below it: a request passes with a valid Bearer token (RFC 6750 §2.1) and then has `req.jwt`.
 * It asks the `createJwtAuth` that the request has passed last; where there was none, the answer is 500.
 *
 * @throws TypeError where an option is malformed.
 *
 * @example
 * ```ts
 * app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
 *   res.json({ hello: getJwt(req).clientId });
 * });
 * ```
 */
export function requireJwt(options: RequireJwtOptions = {}): JwtMiddleware {
  const refuseUnmounted = createRefuseUnmounted();
  return bindGuard(options, (req) => guards.get(req) ?? refuseUnmounted);
}

/** A guard with these options that finds out per request which `createJwtAuth` to ask. */
export function bindGuard(
  options: RequireJwtOptions,
  guardOf: (req: Request) => Guard,
): JwtMiddleware {
  const requirements = resolveRequirements(options);
  const jwtGuard = (req: Request, res: Response, next: NextFunction): void => {
    guardOf(req)(requirements, req, res, next);
  };
  return jwtGuard as JwtMiddleware;
}

/**
 * The caller of a guarded route.
 *
 * @throws TypeError where the request has no verified token: the route has no guard, or one with `optional`.
 */
export function getJwt(req: { readonly jwt?: VerifiedJwt | undefined }): VerifiedJwt {
  if (req.jwt === undefined) {
    throw new TypeError(
      'getJwt(): this request has no verified token. Put requireJwt() before the handler; behind optional: true, read req.jwt.',
    );
  }
  return req.jwt;
}

/** Fails closed; the caller gets the sentence each time, the operator once. */
function createRefuseUnmounted(): Guard {
  let hasWarned = false;
  return (_requirements, _req, res, next) => {
    const error = new JwtAuthError('ERR_NOT_MOUNTED');
    if (!hasWarned) process.emitWarning(`express-client-jwt: ${error.message}`);
    hasWarned = true;
    sendErrorOrPassOn(res, error, next);
  };
}

function resolveRequirements(options: RequireJwtOptions): Requirements {
  assertNotRequest(options, 'requireJwt', "app.get('/path', requireJwt(), handler)");
  const { scope, optional } = readOptions(options, 'requireJwt', ['scope', 'optional']);
  return {
    scopes: scope === undefined ? [] : resolveScopes(scope),
    optional: booleanOr(false, optional, 'requireJwt: optional'),
  };
}

function resolveScopes(scope: unknown): readonly string[] {
  const scopes: unknown = typeof scope === 'string' ? scope.split(' ') : scope;
  const isList = Array.isArray(scopes) && scopes.length > 0 && scopes.every(isScope);
  assertThat(
    isList,
    'requireJwt: scope',
    'scopes separated by single spaces, or a list of them',
    scope,
  );
  return [...scopes];
}
