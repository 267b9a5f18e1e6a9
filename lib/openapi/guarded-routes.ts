import { REFUSALS, type JwtAuthErrorCode } from '../errors';
import type { ListedRoute } from '../routes/list-routes';
import type { Json } from './json';
import { refusalResponses } from './refusal-responses';

/** The name of the security scheme for tokens. */
export const BEARER_SCHEME = 'bearerAuth';
/** The name of the security scheme that also names the token endpoint. */
export const OAUTH_SCHEME = 'oauth2';

/** Describes what a guarded route requires: one of the alternatives. */
export function securityOf({ guard, scopes }: ListedRoute, hasOAuth: boolean): readonly Json[] {
  const names = hasOAuth ? [BEARER_SCHEME, OAUTH_SCHEME] : [BEARER_SCHEME];
  const required = names.map((name) => ({ [name]: scopes }));
  return guard === 'optional' ? [...required, {}] : required;
}

/**
 * Converts a path of Express to those of OpenAPI: none if OpenAPI has no such path, two if its last
 * parameter is optional.
 */
function openApiPathsOf(path: string): readonly string[] {
  const [, before, optional = ''] = /^(.+)\{(\/:\w+)\}$/.exec(path) ?? [];
  const paths = before === undefined ? [path] : [before, before + optional];
  return paths.map(toOpenApi).filter((each) => !/[:*?()[\]\\^]|\{\/|\/\//.test(each));
}

/** Writes parameters as OpenAPI does. Of two with one name, the second gets a number. */
export function toOpenApi(path: string): string {
  const counts = new Map<string, number>();
  return path.replace(/:(\w+)/g, (_match, name: string) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `{${name}${count > 1 ? String(count) : ''}}`;
  });
}

/**
 * Returns a path in lower case and without a slash at the end, in which all parameters have the same
 * name: two paths with one shape get the same requests.
 */
export function shapeOf(path: string): string {
  return path
    .replace(/\{[^}]*\}/g, '{}')
    .replace(/(.)\/$/, '$1')
    .toLowerCase();
}

/** Describes the parameters of a path; nothing if it has none. */
export function parametersOf(path: string): Json {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  return parameters.length > 0 ? { parameters } : {};
}

/** Checks whether requests for one shape may be for the other too, because of its parameters. */
function overlaps(shape: string, other: string): boolean {
  const [parts, others] = [shape.split('/'), other.split('/')];
  return (
    parts.length === others.length &&
    parts.every((part, index) => part === others[index] || part === '{}')
  );
}

/** One method of one path of OpenAPI, with the route that gets its requests. */
export interface PlacedRoute {
  readonly path: string;
  readonly method: string;
  readonly route: ListedRoute;
}

/**
 * Finds the route that gets the requests for each path and method: the first one. An open route may
 * also get those for a path that a later route guards, and then that path is not guarded.
 */
export function placeRoutes(routes: readonly ListedRoute[]): readonly PlacedRoute[] {
  const placed: (PlacedRoute & { readonly shape: string })[] = [];
  for (const route of routes)
    for (const path of openApiPathsOf(route.path)) {
      const shape = shapeOf(path);
      const first = placed.find((each) => each.shape === shape);
      for (const method of methodsOf(route)) {
        const isTaken = placed.some(
          (each) =>
            each.method === method &&
            (each.shape === shape || (each.route.guard === 'none' && overlaps(each.shape, shape))),
        );
        // The documents of one path share its text.
        if (!isTaken) placed.push({ path: first?.path ?? path, method, route, shape });
      }
    }
  return placed;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
/** The methods that a route for all methods is described with. */
export const EVERY_METHOD = ['get', 'put', 'post', 'delete', 'patch'];

/** Lists the methods of OpenAPI that a route has. */
function methodsOf({ method }: ListedRoute): readonly string[] {
  if (method === 'ALL') return EVERY_METHOD;
  return METHODS.filter((each) => each === method.toLowerCase());
}

/** Describes a guarded route that the document does not have yet. */
export function describeRoute(
  { method, path, route }: PlacedRoute,
  security: readonly Json[],
): Json {
  const statuses = [400, 401, ...(route.scopes.length > 0 ? [403] : []), 500, 503];
  return {
    summary: `${method.toUpperCase()} ${path}`,
    operationId: method + path.replace(/\W*(\w)(\w*)\W*/g, capitalized),
    ...parametersOf(path),
    security,
    responses: {
      default: { description: 'The response of the app.' },
      ...Object.fromEntries(statuses.map((status) => [status, refOf(status)])),
    },
  };
}

const capitalized = (_match: string, first: string, rest: string) => first.toUpperCase() + rest;

const GUARD_CODES = (Object.keys(REFUSALS) as JwtAuthErrorCode[]).filter(
  (code) => REFUSALS[code].challenge !== undefined,
);
const refOf = (status: number) => ({ $ref: `#/components/responses/Guard${String(status)}` });

/** Describes the refusals of the guard, as components. */
export function guardResponses(isJson: boolean): Json {
  const failures = [
    'ERR_SERVER',
    'ERR_CLIENTS_UNAVAILABLE',
    'ERR_REVOCATIONS_UNAVAILABLE',
    'ERR_KEYS_UNAVAILABLE',
  ] as const;
  const responses = refusalResponses([...GUARD_CODES, ...failures], { isJson });
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [`Guard${status}`, response]),
  );
}
