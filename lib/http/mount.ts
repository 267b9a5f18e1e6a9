import type { NextFunction, Request, Response } from 'express';

import { createEndpointHandler, type Endpoint, type EndpointParts } from './endpoints/endpoint';
import type { RequestGuard } from './request-guard';
import { setGuard, type JwtMiddleware } from './require-jwt';

/** Creates the middleware: it records the guard of the request and serves the endpoints. */
export function createMiddleware(
  guard: RequestGuard,
  endpoints: readonly Endpoint[],
  parts: EndpointParts,
): JwtMiddleware {
  const rows = endpoints.map((endpoint) => ({
    path: endpoint.path,
    lowerCasePath: endpoint.path.toLowerCase(),
    handler: createEndpointHandler(endpoint, parts),
  }));

  // Most apps mount it at their root, so all their requests share one object.
  const atRoot = { guard, baseUrl: '' };

  function jwtAuth(req: Request, res: Response, next: NextFunction): void {
    const { baseUrl } = req;
    setGuard(req, baseUrl ? { guard, baseUrl } : atRoot);
    // Most requests are for other routes, and `req.url` is faster to read than `req.path`.
    const url = req.url.toLowerCase();
    const row = rows.find(
      ({ lowerCasePath, path }) => url.includes(lowerCasePath) && isFor(req, path),
    );
    if (row === undefined || req.method === 'OPTIONS') next();
    else row.handler(req, res, next);
  }
  return jwtAuth as JwtMiddleware;
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
