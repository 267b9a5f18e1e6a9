import { isObject } from '../internal/assert';
import type { ListedRoute } from '../routes/list-routes';
import { EVERY_METHOD, placeRoutes, securityOf, shapeOf, type PlacedRoute } from './guarded-routes';
import type { Json } from './json';

/** The paths of a document: the operations of each, by method. */
export type Paths = Readonly<Record<string, Json>>;

/** The part of an app's own document that is read. */
export interface OwnDocument {
  readonly paths?: Paths;
  readonly components?: Json;
  readonly tags?: readonly Json[];
  readonly security?: readonly Json[];
  readonly servers?: readonly { readonly url?: string }[];
}

/** Adds paths to those of a document. What the document has is kept. */
export function mergePaths(document: OwnDocument, more: Paths): Paths {
  const { paths: own = {} } = document;
  const taken = new Set(Object.values(own).flatMap(operationIdsOf));
  const merged = { ...own };
  for (const [path, operations] of Object.entries(more)) {
    const placed = relativeTo(document, path);
    const fresh = Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        isObject(operation) ? withoutTakenId(operation, taken) : operation,
      ]),
    );
    merged[placed.path] = { ...placed.item, ...fresh, ...own[placed.path] };
  }
  return merged;
}

/**
 * Fills in `security` of the operations whose route is guarded, unless they have one. It is required
 * beside the `security` of the whole document.
 */
export function secure(
  document: OwnDocument,
  routes: readonly ListedRoute[],
  hasOAuth: boolean,
): Paths {
  const { paths = {}, security: global = [{}] } = document;
  const secured: Record<string, Json> = { ...paths };
  const guarded = placeRoutes(routes).filter(({ route }) => route.guard !== 'none');
  for (const [own, item] of Object.entries(paths)) {
    const shape = shapeOf(absolutePath(document, own));
    const mine = [...guarded, ...mounted(shape, routes)].filter(
      ({ path }) => shapeOf(path) === shape,
    );
    secured[own] = mine.reduce(
      (result, { method, route }) =>
        secureItem(result, method, () => combine(global, securityOf(route, hasOAuth))),
      item,
    );
  }
  return secured;
}

/** Requires one alternative of each list. */
function combine(some: readonly Json[], others: readonly Json[]): readonly Json[] {
  return some.flatMap((each) => others.map((other) => ({ ...each, ...other })));
}

/** Finds the guards of functions that are mounted below a path, such as those of static files. */
function mounted(shape: string, routes: readonly ListedRoute[]): readonly PlacedRoute[] {
  const first = routes.find((route) => {
    const mount = route.path.slice(0, -1);
    return route.mounted !== undefined && `${shape}/`.startsWith(shapeOf(mount.slice(0, -1)) + '/');
  });
  if (first === undefined || first.guard === 'none') return [];
  return EVERY_METHOD.map((method) => ({ path: shape, method, route: first }));
}

function secureItem(item: Json, method: string, security: () => readonly Json[]): Json {
  const operation = item[method];
  if (!isObject(operation) || operation.security !== undefined) return item;
  return { ...item, [method]: { ...operation, security: security() } };
}

/** Merges two sets of components, kind by kind. The first set wins. */
export function mergeComponents(own: Json, more: Json): Json {
  const merged = Object.entries(more).map(([kind, components]) => [
    kind,
    { ...(components as Json), ...(own[kind] as Json | undefined) },
  ]);
  return { ...own, ...(Object.fromEntries(merged) as Json) };
}

/** Returns a path of a document with the path of its first server. */
function absolutePath(document: OwnDocument, path: string): string {
  return baseOf(document).base + path;
}

/** Returns the origin and the path of the first server. */
function baseOf({ servers }: OwnDocument): { readonly origin: string; readonly base: string } {
  const url = servers?.[0]?.url ?? '/';
  const origin = URL.canParse(url) ? new URL(url).origin : '';
  return { origin, base: url.slice(origin.length).replace(/\/$/, '') };
}

/**
 * Finds the place of a path in a document, whose own paths begin at its first server. A path that is
 * not below that server names another one.
 */
function relativeTo(document: OwnDocument, path: string): { path: string; item?: Json } {
  const { origin, base } = baseOf(document);
  if (base === '') return { path };
  if (path.startsWith(`${base}/`)) return { path: path.slice(base.length) };
  return { path, item: { servers: [{ url: `${origin}/` }] } };
}

function operationIdsOf(item: Json): readonly unknown[] {
  return Object.values(item).map((operation) =>
    isObject(operation) ? operation.operationId : undefined,
  );
}

/** Leaves the ID of an operation out, if the document has used it (OpenAPI 3.1 §4.8.10). */
function withoutTakenId(operation: Json, taken: ReadonlySet<unknown>): Json {
  const { operationId, ...rest } = operation;
  return operationId === undefined || taken.has(operationId) ? rest : operation;
}
