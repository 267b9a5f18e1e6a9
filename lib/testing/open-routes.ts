import { listRoutes, type ListedRoute } from '../routes/list-routes';

/**
 * Lists the routes of an app that a request without a token can reach, such as `GET /health`. A
 * route with `requireJwt({ optional: true })` is one of them. A mounted function that cannot be
 * inspected is listed with its name: `ALL /files/* (serveStatic)`. The endpoints of this package are
 * not listed.
 *
 * It sends no request: it reads the routers of Express 5.3, and of Express 4 and older 5 as far as
 * they keep their paths. A guard counts only if every request for the route must pass it. Middleware
 * that rewrites `req.url` behind a guard of a path is not noticed: guard the route itself.
 *
 * @param app An Express app, or a router.
 * @throws TypeError if it is neither.
 *
 * @example
 * ```ts
 * expect(openRoutes(app)).toEqual(['GET /health']);
 * ```
 */
export function openRoutes(app: object): readonly string[] {
  return listRoutes(app, 'openRoutes')
    .routes.filter(({ guard }) => guard !== 'required')
    .map(textOf);
}

function textOf({ method, path, mounted }: ListedRoute): string {
  return `${method} ${path}${mounted === undefined ? '' : ` (${mounted})`}`;
}
