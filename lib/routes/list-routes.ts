import { labelOf, type EndpointsLabel, type GuardLabel } from './labels';
import {
  cannotCallNext,
  handlesErrors,
  isAtRoot,
  isParser,
  nameOf,
  pathsOf,
  routerOf,
  type Layer,
  type Route,
  type Router,
} from './layers';
import { parsePath, pathText } from './path-pattern';
import { guardsForAll, methodsOf } from './route-handlers';
import { createStandingGuards, mayBeSkipped, type StandingGuards } from './standing-guards';

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
  /** The functions of the route in front of its handler that cannot be inspected, by name. */
  readonly foreign: readonly string[];
  /** Whether a guard follows behind one of them, which may respond before it. */
  readonly isLate: boolean;
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

/** What has been found so far. */
interface Findings {
  readonly routes: ListedRoute[];
  readonly mounts: ListedMount[];
  readonly foreign: Set<string>;
}

/** A router that is visited, and how its layers are reached. */
interface Visit {
  readonly router: Router;
  /** The path of its mount, as people read it. */
  readonly mount: string;
  readonly standing: StandingGuards;
  /** The routers that it is in, and itself. */
  readonly path: readonly Router[];
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
  walk({ router, mount: '', standing: createStandingGuards(router, []), path: [router] }, findings);
  return { ...findings, foreign: [...findings.foreign] };
}

/** Visits the layers in their order. A guard stands in front of those that follow it. */
function walk(visit: Visit, findings: Findings): void {
  const { router, standing } = visit;
  for (const layer of router.stack) {
    const { route } = layer;
    const label = labelOf(layer.handle);
    if (route !== undefined) visitRoute(layer, route, visit, findings);
    else if (label?.kind === 'guard') standing.addMounted(layer, label);
    else if (handlesErrors(layer)) standing.forget();
    else
      for (const path of pathsOf(layer, router.caseSensitive === true))
        visitMount(layer, path, visit, findings);
  }
}

function visitRoute(
  layer: Layer,
  route: Route,
  { router, mount, standing }: Visit,
  { routes }: Findings,
): void {
  const paths = pathsOf(layer, false);
  for (const path of paths) {
    const isSkipped = mayBeSkipped(router, parsePath(path));
    for (const { method, guards, foreign, isLate } of methodsOf(route)) {
      const text = pathText(mount, path) || '/';
      const all = [...standing.before(path, true), ...(isSkipped ? [] : guards)];
      const more = isSkipped ? ['router.param'] : [];
      const late = isLate || (isSkipped && guards.length > 0);
      routes.push({
        ...{ method, path: text, ...summaryOf(all) },
        ...{ foreign: [...more, ...foreign], isLate: late },
      });
    }
  }
  // A list that the app may still change says nothing about what the guard matches.
  if (layer.rawPath !== undefined || typeof route.path === 'string')
    standing.addOfRoute(paths, guardsForAll(route));
}

/** Visits a function that is mounted with `use`. */
function visitMount(
  layer: Layer,
  path: unknown,
  { router, mount, standing, path: parents }: Visit,
  findings: Findings,
): void {
  const label = labelOf(layer.handle);
  const inner = routerOf(layer.handle);
  const text = pathText(mount, path);
  const guards = standing.before(path, false);
  if (label?.kind === 'endpoints')
    findings.mounts.push({ ...label, path: text, middleware: layer.handle });
  else if (inner !== undefined && !parents.includes(inner))
    walk(
      {
        ...{ router: inner, mount: text, path: [...parents, inner] },
        standing: createStandingGuards(inner, guards),
      },
      findings,
    );
  else if (mayRespond(layer))
    findings.routes.push({
      ...{ method: 'ALL', path: `${text}/*`, ...summaryOf(guards) },
      ...{ foreign: [], isLate: false, mounted: nameOf(layer) },
    });
  else if (!isOfExpress4(layer, router) && !isParser(layer)) findings.foreign.add(nameOf(layer));
}

function summaryOf(guards: readonly GuardLabel[]): Pick<ListedRoute, 'guard' | 'scopes'> {
  const scopes = [...new Set(guards.flatMap((each) => each.scopes))];
  if (guards.length === 0) return { guard: 'none', scopes };
  return { guard: guards.every(({ optional }) => optional) ? 'optional' : 'required', scopes };
}

/** The names of functions that respond although they are mounted like middleware. */
const RESPONDING: ReadonlySet<string> = new Set(['mounted_app', 'serveStatic']);

/**
 * Checks whether a mounted function probably responds: it is mounted below a path, cannot call
 * `next`, is an app of its own, or is known to.
 */
function mayRespond(layer: Layer): boolean {
  const { handle } = layer;
  const isApp = [handle.use, handle.handle, handle.stack].some((each) => each !== undefined);
  return !isAtRoot(layer) || cannotCallNext(handle) || isApp || RESPONDING.has(nameOf(layer));
}

/** Checks whether a layer is one of the two that Express 4 adds itself. */
function isOfExpress4(layer: Layer, { stack }: Router): boolean {
  return (
    layer.regexp !== undefined &&
    ['query', 'expressInit'].indexOf(nameOf(layer)) === stack.indexOf(layer)
  );
}
