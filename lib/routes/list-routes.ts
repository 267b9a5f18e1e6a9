import { labelOf, type EndpointsLabel, type GuardLabel } from './labels';
import { mountPathsOf, nameOf, routerOf, type Handler, type Layer, type Router } from './layers';
import { covers, join, parsePath, ROOT, type PathPattern } from './path-pattern';
import { cannotCallNext, methodsOf, type MethodHandlers } from './route-handlers';

/** One route of an app, with the guards in front of it. */
export interface ListedRoute {
  /** The method in upper case; `ALL` for every method. */
  readonly method: string;
  /** The path as Express has it, with all mounts; it ends with `/*` for a mounted function. */
  readonly path: string;
  /**
   * Whether a guard of this package stands in front: `required`, `optional` for a request without a
   * token, or `none`.
   */
  readonly guard: 'required' | 'optional' | 'none';
  /** The scopes that the guards require, all of them. */
  readonly scopes: readonly string[];
  /** The functions in front of the handler that cannot be inspected. They may guard it too. */
  readonly foreign: readonly string[];
  /** The name of a mounted function that cannot be inspected, and may have routes of its own. */
  readonly mounted?: string;
}

/** Middleware of this package that serves endpoints, at one place of an app. */
export interface ListedMount extends EndpointsLabel {
  readonly path: string;
  readonly middleware: object;
}

/** The routes of an app. */
export interface RouteList {
  readonly routes: readonly ListedRoute[];
  readonly mounts: readonly ListedMount[];
  /** The middleware that runs for all paths and cannot be inspected, by name. */
  readonly foreign: readonly string[];
}

/** A guard that stands in front of the layers that follow it. */
interface Standing {
  readonly pattern: PathPattern;
  readonly label: GuardLabel;
  readonly isCaseSensitive: boolean;
  /** The methods that it guards; undefined for all. */
  readonly method?: string | undefined;
  readonly isWhole: boolean;
}

/** What has been found so far. */
interface Findings {
  readonly routes: ListedRoute[];
  readonly mounts: ListedMount[];
  readonly foreign: Set<string>;
}

/**
 * Lists the routes of an app or router of Express 4 or 5, without a request. It counts a guard only
 * if every request for the route must pass it.
 *
 * @throws TypeError if `app` is neither an app nor a router.
 */
export function listRoutes(app: unknown, owner: string): RouteList {
  const router = routerOf(app);
  if (router === undefined)
    throw new TypeError(`${owner}: pass an Express app or router. It has no list of routes.`);
  const findings: Findings = { routes: [], mounts: [], foreign: new Set() };
  walk(router, ROOT, [], findings);
  return { ...findings, foreign: [...findings.foreign] };
}

/** Visits the layers in their order. A guard stands in front of those that follow it. */
function walk(
  router: Router,
  prefix: PathPattern,
  inherited: readonly Standing[],
  findings: Findings,
): void {
  const standing = [...inherited];
  const isCaseSensitive = router.caseSensitive === true;
  for (const layer of router.stack) {
    const { route } = layer;
    const paths = route === undefined ? mountPathsOf(layer) : [route.path].flat();
    for (const path of paths) {
      const pattern = join(prefix, parsePath(path));
      if (route === undefined) visitMount(layer, pattern, { standing, isCaseSensitive }, findings);
      else
        for (const each of methodsOf(route))
          visitMethod(each, pattern, { standing, isCaseSensitive }, findings);
    }
  }
}

/** The guards in front of a layer, and the settings of its router. */
interface Place {
  readonly standing: Standing[];
  readonly isCaseSensitive: boolean;
}

/** Visits one method of a route. Its first guards also stand in front of the routes that follow. */
function visitMethod(
  { method, guards, leading, foreign, hasHandler }: MethodHandlers,
  pattern: PathPattern,
  { standing, isCaseSensitive }: Place,
  { routes }: Findings,
): void {
  if (hasHandler) {
    const all = [...guardsOf(pattern, method, standing), ...guards];
    routes.push({ method, path: pattern.text || '/', ...summaryOf(all), foreign });
  }
  const only = method === 'ALL' ? undefined : method;
  for (const label of leading)
    standing.push({ pattern, label, isCaseSensitive, method: only, isWhole: true });
}

/** Visits a function that is mounted with `use`. */
function visitMount(
  layer: Layer,
  pattern: PathPattern,
  { standing, isCaseSensitive }: Place,
  findings: Findings,
): void {
  const { handle } = layer;
  const name = nameOf(layer);
  const label = labelOf(handle);
  if (label?.kind === 'guard') {
    standing.push({ pattern, label, isCaseSensitive, isWhole: false });
  } else if (label?.kind === 'endpoints') {
    findings.mounts.push({ ...label, path: pattern.text, middleware: handle });
  } else if (Array.isArray(handle.stack)) {
    walk(handle as unknown as Router, pattern, standing, findings);
  } else if (mayRespond(handle, name, pattern)) {
    const summary = summaryOf(guardsOf(pattern, 'ALL', standing));
    const path = `${pattern.text}/*`;
    findings.routes.push({ method: 'ALL', path, ...summary, foreign: [], mounted: name });
  } else if (handle.length < 4 && !OF_EXPRESS_4.has(name)) {
    findings.foreign.add(name);
  }
}

/** Finds the guards that every request for this route has passed. */
function guardsOf(
  { segments }: PathPattern,
  method: string,
  standing: readonly Standing[],
): readonly GuardLabel[] {
  return standing
    .filter((each) => each.method === undefined || each.method === method)
    .filter((each) => covers(each.pattern.segments, segments, each))
    .map(({ label }) => label);
}

function summaryOf(guards: readonly GuardLabel[]): Pick<ListedRoute, 'guard' | 'scopes'> {
  const scopes = [...new Set(guards.flatMap((each) => each.scopes))];
  if (guards.length === 0) return { guard: 'none', scopes };
  return { guard: guards.every(({ optional }) => optional) ? 'optional' : 'required', scopes };
}

/** The names of middleware that Express 4 adds itself. */
const OF_EXPRESS_4: ReadonlySet<string> = new Set(['query', 'expressInit']);

/** The names of functions that respond although they are mounted like middleware. */
const RESPONDING: ReadonlySet<string> = new Set(['mounted_app', 'serveStatic']);

/**
 * Checks whether a mounted function probably responds: it is mounted below a path, cannot call
 * `next`, or is known to. Error handlers do not count.
 */
function mayRespond(handle: Handler, name: string, { text }: PathPattern): boolean {
  if (handle.length > 3) return false;
  return text !== '' || cannotCallNext(handle) || RESPONDING.has(name);
}
