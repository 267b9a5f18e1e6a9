import type { NextFunction, Request, Response } from 'express';

import { isScope } from '../clients/check-client';
import { JwtAuthError } from '../errors';
import { assertNotRequest, expected } from '../internal/assert';
import { flag, resolveOptions, type Option } from '../internal/options';
import { withLabel } from '../routes/labels';
import type { VerifiedJwt } from '../tokens/verified-jwt';
import { passedGuards, type PassedGuard } from './passed-guards';
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

/** Express middleware that keeps the types of the route's parameters. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Express's own constraint on Locals
export type JwtMiddleware = <P, ResBody, ReqBody, Query, Locals extends Record<string, any>>(
  req: Request<P, ResBody, ReqBody, Query, Locals>,
  res: Response<ResBody, Locals>,
  next: NextFunction,
) => void;

/** The options of {@link requireJwt}. */
export interface RequireJwtOptions {
  /**
   * The scopes that the token must have, all of them: a space-separated string, or a list. Default:
   * none.
   */
  readonly scope?: string | readonly string[] | undefined;
  /**
   * Lets a request without a token pass, with `req.jwt` undefined. A bad token is still refused.
   * Default: false.
   */
  readonly optional?: boolean | undefined;
}

/**
 * Records that a request has passed a `createJwtAuth` or a `createJwtGuard`. One that is mounted
 * below the path of another replaces it. Two different ones beside each other are ambiguous, so the
 * request is refused.
 */
export function setGuard(req: Request, passed: PassedGuard): void {
  const before = passedGuards.get(req);
  const isBeside =
    before !== undefined &&
    before.guard !== passed.guard &&
    !passed.baseUrl.startsWith(`${before.baseUrl}/`);
  passedGuards.set(req, isBeside ? { guard: refuseAmbiguous, baseUrl: passed.baseUrl } : passed);
}

/**
 * Creates middleware that lets a request pass if it has a valid Bearer token (RFC 6750 §2.1), and
 * sets `req.jwt`. It uses the `createJwtAuth` or `createJwtGuard` that the request passed last. If
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
  return bindGuard(options, (req) => passedGuards.get(req)?.guard ?? refuseUnmounted);
}

/** Creates a guard with these options. `guardOf` finds the request guard for each request. */
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
  return withLabel(jwtGuard as JwtMiddleware, { kind: 'guard', ...requirements });
}

/**
 * Returns the caller of a guarded route.
 *
 * @throws TypeError if the request has no verified token: the route has no guard, or one with
 *   `optional`.
 *
 * @example
 * ```ts
 * app.get('/me', requireJwt(), (req, res) => {
 *   res.json(getJwt(req));
 * });
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

/**
 * Creates a guard that refuses every request with 500. The first refusal is also a process warning.
 */
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
