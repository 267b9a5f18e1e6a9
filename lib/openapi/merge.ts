import { isObject } from '../internal/assert';
import type { ListedRoute } from '../routes/list-routes';
import { methodsOf, openApiPathOf, securityOf, shapeOf } from './guarded-routes';
import type { Json } from './json';

/** The paths of a document: the operations of each, by method. */
export type Paths = Readonly<Record<string, Json>>;

/** The part of an app's own document that is read. */
export interface OwnDocument {
  readonly paths?: Paths;
  readonly components?: Json;
  readonly tags?: readonly Json[];
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
        withoutTakenId(operation as Json, taken),
      ]),
    );
    merged[placed.path] = { ...placed.item, ...fresh, ...own[placed.path] };
  }
  return merged;
}

/** Fills in `security` of the operations whose route is guarded, unless they have one. */
export function secure(
  document: OwnDocument,
  routes: readonly ListedRoute[],
  hasOAuth: boolean,
): Paths {
  const { paths = {} } = document;
  const secured: Record<string, Json> = { ...paths };
  const byShape = new Map(Object.keys(paths).map((path) => [shapeOf(path), path]));
  for (const route of routes) {
    const converted = openApiPathOf(route.path);
    const shape = converted && shapeOf(relativeTo(document, converted).path);
    const path = shape && byShape.get(shape);
    if (path !== undefined)
      secured[path] = secureItem(secured[path], methodsOf(route), securityOf(route, hasOAuth));
  }
  return secured;
}

function secureItem(
  item: Json | undefined,
  methods: readonly string[],
  security: readonly Json[],
): Json {
  const operations = Object.entries({ ...item }).map(([method, operation]) => {
    const isBare = isObject(operation) && operation.security === undefined;
    return [method, isBare && methods.includes(method) ? { ...operation, security } : operation];
  });
  return Object.fromEntries(operations) as Json;
}

/** Merges two sets of components, kind by kind. The first set wins. */
export function mergeComponents(own: Json, more: Json): Json {
  const merged = Object.entries(more).map(([kind, components]) => [
    kind,
    { ...(components as Json), ...(own[kind] as Json | undefined) },
  ]);
  return { ...own, ...(Object.fromEntries(merged) as Json) };
}

/**
 * Finds the place of a path in a document, whose own paths begin at its first server. A path that is
 * not below that server names another one.
 */
function relativeTo({ servers }: OwnDocument, path: string): { path: string; item?: Json } {
  const url = servers?.[0]?.url ?? '/';
  const origin = URL.canParse(url) ? new URL(url).origin : '';
  const base = url.slice(origin.length).replace(/\/$/, '');
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
