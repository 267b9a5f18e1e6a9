import type { NextFunction, Request, Response } from 'express';

import { withLabel, type EndpointsLabel } from '../routes/labels';
import { createEndpointHandler, type Endpoint, type EndpointParts } from './endpoints/endpoint';
import { passedGuards } from './passed-guards';
import type { RequestGuard } from './request-guard';
import { setGuard, type JwtMiddleware } from './require-jwt';

/** Creates the middleware: it records the guard of the request and serves the endpoints. */
export function createMiddleware(
  guard: RequestGuard,
  endpoints: readonly Endpoint[],
  parts: EndpointParts,
): JwtMiddleware {
  const serve = createEndpointMiddleware(endpoints, parts);
  // Most apps mount it at their root, so all their requests share one object.
  const atRoot = { guard, baseUrl: '' };

  function jwtAuth(req: Request, res: Response, next: NextFunction): void {
    const { baseUrl } = req;
    setGuard(req, baseUrl ? { guard, baseUrl } : atRoot);
    try {
      serve(req, res, next);
    } finally {
      passedGuards.afterTurn(req, res);
    }
  }
  return withLabel(jwtAuth as JwtMiddleware, labelFor(endpoints));
}

/**
 * Creates middleware that serves endpoints and passes every other request on.
 *
 * @throws TypeError if two endpoints have the same path.
 */
export function createEndpointMiddleware(
  endpoints: readonly Endpoint[],
  parts: EndpointParts,
): JwtMiddleware {
  const rows = new Map<string, { path: string; handler: EndpointHandler }>();
  for (const endpoint of endpoints) {
    const { path } = endpoint;
    const key = path.toLowerCase();
    if (rows.has(key))
      throw new TypeError(
        `${parts.owner}: two endpoints have the path ${path}. Give each its own path.`,
      );
    rows.set(key, { path, handler: createEndpointHandler(endpoint, parts) });
  }

  function jwtEndpoints(req: Request, res: Response, next: NextFunction): void {
    const row = rows.get(keyOf(req));
    if (row === undefined || req.method === 'OPTIONS' || !isFor(req, row.path)) next();
    else row.handler(req, res, next);
  }
  return withLabel(jwtEndpoints as JwtMiddleware, labelFor(endpoints));
}

function labelFor(endpoints: readonly Endpoint[]): EndpointsLabel {
  return { kind: 'endpoints', endpoints: endpoints.map(labelOfEndpoint) };
}

function labelOfEndpoint({ path, methods, cacheControl }: Endpoint) {
  return { path, methods, isPublic: cacheControl !== undefined };
}

type EndpointHandler = ReturnType<typeof createEndpointHandler>;

/** Returns the path of a request in lower case. `req.url` is faster to read than `req.path`. */
function keyOf(req: Request): string {
  const { url } = req;
  // The target of a request may also be a whole URL (RFC 9112 §3.2.2).
  const path = url.startsWith('/') && !url.includes('?') ? url : req.path;
  return (path.endsWith('/') ? path.slice(0, -1) : path).toLowerCase();
}

/**
 * Checks whether a request is for this path, with the app's `case sensitive routing` and `strict
 * routing`.
 */
function isFor(req: Request, path: string): boolean {
  // Mocks of a request may have no app.
  const app = req.app as Request['app'] | undefined;
  const isSet = (setting: string): boolean => Boolean(app?.get(setting));
  const requested = isSet('strict routing') ? req.path : req.path.replace(/\/$/, '');
  if (isSet('case sensitive routing')) return requested === path;
  return requested.toLowerCase() === path.toLowerCase();
}
