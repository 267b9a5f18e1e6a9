import { REFUSALS, type JwtAuthErrorCode } from '../errors';
import type { ListedRoute } from '../routes/list-routes';
import type { Json } from './json';
import { refusalResponses } from './refusal-responses';

/** The name of the security scheme for tokens. */
export const BEARER_SCHEME = 'bearerAuth';
/** The name of the security scheme that also says where tokens come from. */
export const OAUTH_SCHEME = 'oauth2';

/** Describes what a guarded route requires: one of the alternatives. */
export function securityOf({ guard, scopes }: ListedRoute, hasOAuth: boolean): readonly Json[] {
  const names = hasOAuth ? [BEARER_SCHEME, OAUTH_SCHEME] : [BEARER_SCHEME];
  const required = names.map((name) => ({ [name]: scopes }));
  return guard === 'optional' ? [...required, {}] : required;
}

/** Converts a path of Express to one of OpenAPI; undefined if OpenAPI has no such path. */
export function openApiPathOf(path: string): string | undefined {
  const converted = path.replace(/[:*](\w+)/g, '{$1}');
  return /[:*?()[\]\\]|\{\/|^\/\^/.test(converted) ? undefined : converted;
}

/** Returns a path in which all parameters have the same name, to compare it with others. */
export function shapeOf(path: string): string {
  return path.replace(/\{[^}]*\}/g, '{}');
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Lists the methods of OpenAPI that a route has. */
export function methodsOf({ method }: ListedRoute): readonly string[] {
  if (method === 'ALL') return ['get', 'put', 'post', 'delete', 'patch'];
  return METHODS.filter((each) => each === method.toLowerCase());
}

/** Describes one method of a guarded route that the document does not have yet. */
export function describeRoute(
  method: string,
  path: string,
  route: ListedRoute,
  security: readonly Json[],
): Json {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const parameters = names.map((name) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  return {
    summary: `${method.toUpperCase()} ${route.path}`,
    operationId: method + path.replace(/\W*(\w)(\w*)\W*/g, capitalized),
    ...(parameters.length > 0 && { parameters }),
    security,
    responses: {
      default: { description: 'The response of the app.' },
      ...Object.fromEntries(GUARD_STATUSES.map((status) => [status, refOf(status)])),
    },
  };
}

const capitalized = (_match: string, first: string, rest: string) => first.toUpperCase() + rest;

const GUARD_CODES = (Object.keys(REFUSALS) as JwtAuthErrorCode[]).filter(
  (code) => REFUSALS[code].challenge !== undefined,
);
const GUARD_STATUSES = [400, 401, 403, 503];
const refOf = (status: number) => ({ $ref: `#/components/responses/Guard${String(status)}` });

/** Describes the refusals of the guard, as components. */
export function guardResponses(isJson: boolean): Json {
  const unavailable = [
    'ERR_CLIENTS_UNAVAILABLE',
    'ERR_REVOCATIONS_UNAVAILABLE',
    'ERR_KEYS_UNAVAILABLE',
  ] as const;
  const responses = refusalResponses([...GUARD_CODES, ...unavailable], { isJson });
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [`Guard${status}`, response]),
  );
}
