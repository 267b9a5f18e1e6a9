import { findParts, type AuthParts } from '../http/auth-parts';
import type { JwtAuth } from '../http/create-jwt-auth';
import type { JwtGuard } from '../http/create-jwt-guard';
import { isObject } from '../internal/assert';
import { listRoutes, type ListedRoute } from '../routes/list-routes';
import {
  BEARER_SCHEME,
  describeRoute,
  guardResponses,
  OAUTH_SCHEME,
  parametersOf,
  placeRoutes,
  securityOf,
} from './guarded-routes';
import type { Json } from './json';
import { mergeComponents, mergePaths, secure, type OwnDocument, type Paths } from './merge';
import { BASIC_SCHEME, describeEndpoint, TAG, TAG_ROW } from './operations';
import { placeEndpoints, type PlacedEndpoint } from './placed-endpoints';

/** The `info` of an OpenAPI document; it may have more members. */
export interface OpenApiInfo {
  /** The name of the API. Default: `API`. */
  readonly title?: string;
  /** The version of the API. Default: `1.0.0`. */
  readonly version?: string;
  readonly [member: string]: unknown;
}

/** An OpenAPI 3.1 document, as a JSON object. */
export interface OpenApiDocument {
  /** The version of OpenAPI. */
  readonly openapi: string;
  /** The name and version of the API. */
  readonly info: object;
  /** The operations of each path. */
  readonly paths?: object;
  /** The security schemes, and the responses of the guard. */
  readonly components?: object;
  readonly [member: string]: unknown;
}

/**
 * Describes the endpoints of `auth` as an OpenAPI 3.1 document: those that its options switch on,
 * with every status, body and code.
 *
 * @param info The `info` of the document.
 * @param app The app or router that mounts `auth`. If you pass it, the paths begin with that mount,
 *   and the document also has the routes that `requireJwt()` guards.
 * @throws TypeError if `auth` is not of this package, or `app` does not mount it.
 *
 * @example
 * ```ts
 * const document = openApiDocument(auth, { title: 'Reports', version: '2.0.0' }, app);
 * app.get('/openapi.json', (_req, res) => {
 *   res.json(document);
 * });
 * ```
 */
export function openApiDocument(
  auth: JwtAuth | JwtGuard,
  info: OpenApiInfo = {},
  app?: object,
): OpenApiDocument {
  const owner = 'openApiDocument';
  const { paths, components, routes, hasOAuth, isJson } = describe(auth, app, owner);
  const guarded = describeRoutes(routes, hasOAuth);
  const hasGuarded = Object.keys(guarded).length > 0;
  const responses = hasGuarded && { responses: guardResponses(isJson) };
  return {
    openapi: '3.1.0',
    info: { title: 'API', version: '1.0.0', ...info },
    servers: [{ url: '/' }],
    tags: [TAG_ROW],
    paths: mergePaths({ paths: guarded }, paths),
    components: { ...components, ...responses },
  };
}

/**
 * Adds the endpoints of `auth` and its security schemes to the OpenAPI 3.1 document of your app, and
 * returns the result. What your document has is kept. With `app`, an operation whose route
 * `requireJwt()` guards gets its `security`, unless it has one.
 *
 * @param document Your document; it is not changed.
 * @param app The app or router that mounts `auth`.
 * @throws TypeError if `document` is not of OpenAPI 3.1, `auth` is not of this package, or `app`
 *   does not mount it.
 *
 * @example
 * ```ts
 * const document = extendOpenApi(ownDocument, auth, app);
 * ```
 */
export function extendOpenApi<Document extends Pick<OpenApiDocument, 'openapi'>>(
  document: Document,
  auth: JwtAuth | JwtGuard,
  app?: object,
): Document {
  const owner = 'extendOpenApi';
  const { openapi }: { readonly openapi?: unknown } = isObject(document) ? document : {};
  if (typeof openapi !== 'string' || !openapi.startsWith('3.1.'))
    throw new TypeError(`${owner}: document must be an OpenAPI 3.1 document.`);
  const { paths, components, routes, hasOAuth } = describe(auth, app, owner);
  const own = document as OwnDocument;
  assertSameSchemes(own, components, owner);
  const secured = { ...own, paths: secure(own, routes, hasOAuth) };
  const hasTag = own.tags?.some(({ name }) => name === TAG);
  return {
    ...document,
    tags: [...(own.tags ?? []), ...(hasTag ? [] : [TAG_ROW])],
    paths: mergePaths(secured, paths),
    components: mergeComponents(own.components ?? {}, components),
  };
}

/** Throws a TypeError if the document uses the name of one of our schemes for another type. */
function assertSameSchemes(own: OwnDocument, ours: Json, owner: string): void {
  const schemesIn = (components: Json | undefined) =>
    (components?.securitySchemes ?? {}) as Readonly<Record<string, Json>>;
  const theirs = schemesIn(own.components);
  for (const [name, { type, scheme }] of Object.entries(schemesIn(ours))) {
    const other = theirs[name];
    if (other !== undefined && (other.type !== type || other.scheme !== scheme))
      throw new TypeError(
        `${owner}: document has a security scheme ${name} of another type. Give it another name.`,
      );
  }
}

/** The endpoints of an auth, and the routes of its app. */
interface Description {
  readonly paths: Paths;
  readonly components: Json;
  readonly routes: readonly ListedRoute[];
  readonly hasOAuth: boolean;
  /** Whether refusals are JSON, and not left to the app's error handler. */
  readonly isJson: boolean;
}

function describe(auth: object, app: object | undefined, owner: string): Description {
  const parts = findParts(auth, owner);
  const list = app === undefined ? undefined : listRoutes(app, owner);
  const endpoints = placeEndpoints(auth, parts, list?.mounts, owner);
  const routes = list?.routes ?? [];
  const paths = endpoints.map(({ path, kind }) => [
    path,
    { ...parametersOf(path), ...describeEndpoint(kind, parts.settings) },
  ]);
  return {
    paths: Object.fromEntries(paths) as Paths,
    components: { securitySchemes: schemesOf(endpoints, parts, routes) },
    routes,
    hasOAuth: endpoints.some(({ kind }) => kind === 'oauth-token'),
    isJson: parts.settings.errors === 'json',
  };
}

/** Describes the guarded routes that OpenAPI has a path and a method for. */
function describeRoutes(routes: readonly ListedRoute[], hasOAuth: boolean): Paths {
  const paths: Record<string, Json> = {};
  const ids = new Set<unknown>();
  for (const placed of placeRoutes(routes)) {
    if (placed.route.guard === 'none') continue;
    const { operationId, ...rest } = describeRoute(placed, securityOf(placed.route, hasOAuth));
    const operation = ids.has(operationId) ? rest : { operationId, ...rest };
    ids.add(operationId);
    paths[placed.path] = { ...paths[placed.path], [placed.method]: operation };
  }
  return paths;
}

/** Describes how callers authenticate: with a token, and with HTTP Basic if `oauth` is on. */
function schemesOf(
  endpoints: readonly PlacedEndpoint[],
  { settings: { issuer, oauth } }: AuthParts,
  routes: readonly ListedRoute[],
): Json {
  const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };
  const token = endpoints.find(({ kind }) => kind === 'oauth-token');
  if (token === undefined) return { [BEARER_SCHEME]: bearer };
  const isUrl = issuer?.includes('://') === true && oauth !== undefined;
  const tokenUrl = isUrl ? issuer.replace(/\/$/, '') + oauth.tokenPath : token.path;
  const names = new Set(routes.flatMap(({ scopes }) => scopes));
  const scopes = Object.fromEntries([...names].map((name) => [name, 'Required by a route.']));
  return {
    [BEARER_SCHEME]: bearer,
    [OAUTH_SCHEME]: { type: 'oauth2', flows: { clientCredentials: { tokenUrl, scopes } } },
    [BASIC_SCHEME]: { type: 'http', scheme: 'basic', description: 'Client id and secret.' },
  };
}
