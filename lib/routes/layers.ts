/** The part of a handler that is read. */
export type Handler = ((...args: never[]) => unknown) & { readonly stack?: unknown };

/** The part of a layer of Express's router that is read. */
export interface Layer {
  readonly handle: Handler;
  readonly name: string;
  /** The method of a layer in a route; none for `all`. */
  readonly method?: string | undefined;
  readonly route?: Route | undefined;
  /** The path of its mount: router 2.3, which is Express 5.3. */
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

/** Returns the name of a layer's function, for people. */
export function nameOf({ name }: Layer): string {
  return name === '<anonymous>' ? 'anonymous function' : name;
}

/** A router of Express, as the list of its layers. */
export interface Router {
  readonly stack: readonly Layer[];
  readonly caseSensitive?: boolean | undefined;
}

type Candidate = Partial<Router> & {
  readonly router?: unknown;
  readonly _router?: unknown;
  readonly lazyrouter?: unknown;
};

/** Returns the router of an app, or the router itself; undefined if it is neither. */
export function routerOf(value: unknown): Router | undefined {
  if (typeof value !== 'function' && typeof value !== 'object') return undefined;
  const candidate = value as Candidate | null;
  if (Array.isArray(candidate?.stack)) return candidate as Router;
  // Express 4 creates the router on the first use, and throws if `router` is read.
  if (typeof candidate?.lazyrouter === 'function')
    return routerOf(candidate._router ?? { stack: [] });
  return candidate?.router === undefined ? undefined : routerOf(candidate.router);
}

/**
 * Returns the paths at which a layer is mounted with `use`. A path that the layer does not tell is
 * undefined.
 */
export function mountPathsOf(layer: Layer): readonly unknown[] {
  const { rawPath, slash, regexp } = layer;
  if (rawPath !== undefined) return Array.isArray(rawPath) ? rawPath : [rawPath];
  if (slash === true || regexp?.fast_slash === true) return ['/'];
  // Express 4 joins the patterns of several paths.
  return regexp?.source.split(/(?<=\$\))\|(?=\^)/).map(pathOfRegexp) ?? [undefined];
}

/** Reads the path from the pattern that Express 4 made of it; undefined if it is not a plain one. */
function pathOfRegexp(source: string): string | undefined {
  const plain = source
    .replace(/^\^(.*)\\\/\?\(\?=\\\/\|\$\)$/, '$1')
    .replaceAll('(?:\\/([^/]+?))', '/:param')
    .replaceAll('(?:([^\\/]+?))', ':param')
    .replace(/\\([/.-])/g, '$1');
  return /^\/[\w/\-.~%@,;=&:]+$/.test(plain) ? plain : undefined;
}
