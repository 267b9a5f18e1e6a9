/** The part of a handler that is read. */
export type Handler = ((...args: never[]) => unknown) & {
  readonly stack?: unknown;
  readonly use?: unknown;
  readonly route?: unknown;
  readonly handle?: unknown;
};

/** The part of a layer of Express's router that is read. */
export interface Layer {
  readonly handle: Handler;
  readonly name: unknown;
  /** The method of a layer in a route; none for `all`. */
  readonly method?: string | undefined;
  readonly route?: Route | undefined;
  /** The path as it was when the layer was added: router 2.3, which is Express 5.3. */
  readonly rawPath?: unknown;
  /** Whether it is mounted at `/`: Express 5. */
  readonly slash?: boolean;
  /** The pattern of its mount: Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
}

/** The part of a route of Express that is read. */
export interface Route {
  readonly path: unknown;
  readonly methods: Readonly<Record<string, boolean>>;
  readonly stack: readonly Layer[];
}

/** A router of Express, as the list of its layers. */
export interface Router {
  readonly stack: readonly Layer[];
  readonly caseSensitive?: boolean | undefined;
  /** The callbacks of `router.param`, by the name of the parameter. */
  readonly params?: object;
}

type Candidate = Partial<Router> & {
  readonly route?: unknown;
  readonly router?: unknown;
  readonly _router?: unknown;
  readonly lazyrouter?: unknown;
};

/** Returns the router of an app, or the router itself; undefined if it is neither. */
export function routerOf(value: unknown): Router | undefined {
  if (typeof value !== 'function' && typeof value !== 'object') return undefined;
  const candidate = value as Candidate | null;
  // connect has a `stack` too, but of another kind.
  if (Array.isArray(candidate?.stack) && typeof candidate.route === 'function')
    return candidate as Router;
  // Express 4 creates the router on the first use, and throws if `router` is read.
  if (typeof candidate?.lazyrouter === 'function')
    return candidate._router === undefined ? { stack: [] } : routerOf(candidate._router);
  return candidate?.router === undefined ? undefined : routerOf(candidate.router);
}

/** Returns the name of a layer's function, for people. */
export function nameOf({ name }: Layer): string {
  return typeof name !== 'string' || name === '<anonymous>' ? 'anonymous function' : name;
}

/** Checks whether a layer is mounted with `use` at the root of its router, so that nothing passes it. */
export function isAtRoot({ slash, regexp }: Layer): boolean {
  return slash === true || regexp?.fast_slash === true;
}

/**
 * Checks whether a handler has no parameter for `next`. One without parameters may read them as a
 * list.
 */
export function cannotCallNext({ length }: Handler): boolean {
  return length === 1 || length === 2;
}

/** The parsers of Express: they never respond themselves. */
const PARSERS: ReadonlySet<unknown> = new Set([
  'jsonParser',
  'urlencodedParser',
  'rawParser',
  'textParser',
]);

/** Checks whether a function is one of Express's parsers, which always go on. */
export function isParser({ name, handle }: Layer): boolean {
  return PARSERS.has(name) && handle.length === 3;
}

/** Checks whether a handler handles errors. After it, requests go on that have skipped guards. */
export function handlesErrors({ handle }: Layer): boolean {
  return handle.length === 4;
}

/**
 * Returns the paths of a layer: of its mount, or of its route. A path that the layer does not tell is
 * undefined.
 */
export function pathsOf(layer: Layer, isCaseSensitive: boolean): readonly unknown[] {
  const { rawPath, regexp, route } = layer;
  if (rawPath !== undefined) return [rawPath].flat();
  if (route !== undefined) return [route.path].flat(Infinity);
  if (isAtRoot(layer)) return ['/'];
  // The flags of a pattern that the app wrote itself may be others.
  if (regexp?.flags !== (isCaseSensitive ? '' : 'i')) return [undefined];
  // Express 4 joins the patterns of several paths.
  return regexp.source.split(/(?<=\$\))\|(?=\^)/).map(pathOfRegexp);
}

/** Reads the path from the pattern that Express 4 made of it; undefined if it is not a plain one. */
function pathOfRegexp(source: string): string | undefined {
  const [, inner = ''] = /^\^(.+)\\\/\?\(\?=\\\/\|\$\)$/.exec(source) ?? [];
  const plain = inner
    .replaceAll('(?:\\/([^/]+?))', '/:param')
    .replaceAll('(?:([^\\/]+?))', ':param')
    .replace(/\\([/.-])/g, '$1');
  return /^\/[\w/\-.~%@,;=&:]+$/.test(plain) ? plain : undefined;
}
