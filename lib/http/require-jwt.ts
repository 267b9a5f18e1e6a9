import type { NextFunction, Request, Response } from 'express';

import { isScope } from '../clients/check-client';
import { JwtAuthError } from '../errors';
import { assertNotRequest, expected } from '../internal/assert';
import { flag, resolveOptions, type Option } from '../internal/options';
import type { VerifiedJwt } from '../tokens/verified-jwt';
import type { RequestGuard } from './request-guard';
import { sendErrorOrPassOn } from './respond';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the way Express's types are extended
  namespace Express {
    interface Request {
      /** The caller, if the request passed `requireJwt()` with a token. See `getJwt`. */
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
  /** The scopes that the token must have, all of them: a text with spaces between them, or a list. Default: none. */
  readonly scope?: string | readonly string[] | undefined;
  /** Lets a request without a token through, with `req.jwt` undefined. A bad token is still refused. Default: false. */
  readonly optional?: boolean | undefined;
}

/** A guard that a request has passed, and the path that it is mounted at. */
export interface PassedGuard {
  readonly guard: RequestGuard;
  readonly baseUrl: string;
}

/** Shared by all copies of this package in a process, so that each finds the auth of another. */
const GUARDS = Symbol.for('express-client-jwt.guards');
const shared = globalThis as Record<symbol, WeakMap<Request, PassedGuard> | undefined>;

/**
 * The guard of the factory that a request passed last. Kept in a WeakMap because adding a property
 * to `req` is slow: Express replaces its prototype.
 */
const guards = (shared[GUARDS] ??= new WeakMap());

/**
 * Marks a request as having passed a `createJwtAuth` or a `createJwtGuard`. One below the path of
 * another takes its place; of two different ones beside each other neither is the right one.
 */
export function setGuard(req: Request, passed: PassedGuard): void {
  const before = guards.get(req);
  const isBeside =
    before !== undefined &&
    before.guard !== passed.guard &&
    `${before.baseUrl}/`.startsWith(`${passed.baseUrl}/`);
  guards.set(req, isBeside ? { guard: refuseAmbiguous, baseUrl: passed.baseUrl } : passed);
}

/**
 * Guards the routes below it: a request passes with a valid Bearer token (RFC 6750 §2.1) and then
 * has `req.jwt`. It asks the `createJwtAuth` or `createJwtGuard` that the request passed last; if
 * there was none, or two different ones were mounted beside each other, the response is 500.
 *
 * @throws TypeError if an option is malformed.
 *
 * @example
 * ```ts
 * app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
 *   res.json({ hello: getJwt(req).clientId });
 * });
 * ```
 */
export function requireJwt(options: RequireJwtOptions = {}): JwtMiddleware {
  return bindGuard(options, (req) => guards.get(req)?.guard ?? refuseUnmounted);
}

/** Creates a guard with these options that asks, for each request, the guard that it is given. */
export function bindGuard(
  options: RequireJwtOptions,
  guardOf: (req: Request) => RequestGuard,
): JwtMiddleware {
  assertNotRequest(options, 'requireJwt', "app.get('/path', requireJwt(), handler)");
  const { scope: scopes, optional } = resolveOptions(options, 'requireJwt', REQUIRE_JWT_OPTIONS);
  const requirements = { scopes, optional };
  const jwtGuard = (req: Request, res: Response, next: NextFunction): void => {
    guardOf(req)(requirements, req, res, next);
  };
  return jwtGuard as JwtMiddleware;
}

/**
 * Gets the caller of a guarded route.
 *
 * @throws TypeError if the request has no verified token: the route has no guard, or one with
 *   `optional`.
 *
 * @example
 * ```ts
 * app.get('/me', requireJwt(), (req, res) => res.json(getJwt(req)));
 * ```
 */
export function getJwt(req: { readonly jwt?: VerifiedJwt | undefined }): VerifiedJwt {
  if (req.jwt === undefined) {
    throw new TypeError(
      'getJwt(): the request has no verified token. Add requireJwt() before the handler; behind optional: true, read req.jwt.',
    );
  }
  return req.jwt;
}

/** Fails closed. The caller gets the sentence each time, the operator once. */
function createRefuser(code: 'ERR_NOT_MOUNTED' | 'ERR_TWO_GUARDS'): RequestGuard {
  let hasWarned = false;
  return (_requirements, _req, res, next) => {
    const error = new JwtAuthError(code);
    if (!hasWarned) process.emitWarning(`express-client-jwt: ${error.message}`);
    hasWarned = true;
    sendErrorOrPassOn(res, error, next);
  };
}

const refuseUnmounted = createRefuser('ERR_NOT_MOUNTED');
const refuseAmbiguous = createRefuser('ERR_TWO_GUARDS');

const SCOPE_MUST = 'scopes separated by single spaces, or a list of them';

/** One row per option of `requireJwt`. */
export const REQUIRE_JWT_OPTIONS = {
  scope: {
    must: SCOPE_MUST,
    fallback: 'none',
    parse: (value: unknown, name: string): readonly string[] => {
      if (value === undefined) return [];
      const scopes: unknown = typeof value === 'string' ? value.split(' ') : value;
      const isList = Array.isArray(scopes) && scopes.length > 0 && scopes.every(isScope);
      if (isList) return [...scopes];
      throw expected(name, SCOPE_MUST, value);
    },
  },
  optional: flag(false),
} satisfies Record<keyof RequireJwtOptions, Option<unknown>>;
