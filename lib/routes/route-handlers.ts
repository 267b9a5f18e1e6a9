import { METHODS } from 'node:http';

import { labelOf, type GuardLabel } from './labels';
import { handlesErrors, isParser, nameOf, type Layer, type Route } from './layers';

/** The handlers of one method of a route. */
export interface MethodHandlers {
  /** The method in upper case; `ALL` for every method. */
  readonly method: string;
  /** The guards that come first, so that every request passes them. */
  readonly guards: readonly GuardLabel[];
  /** The functions in front of the last one that are not of this package, by name. */
  readonly foreign: readonly string[];
  /** Whether a guard comes later, behind one of them. */
  readonly isLate: boolean;
}

const ALL_METHODS = METHODS.map((method) => method.toLowerCase());
const isForeign = (layer: Layer): boolean =>
  labelOf(layer.handle) === undefined && !isParser(layer);
const handlesOf = (layers: readonly Layer[]) => layers.map(({ handle }) => handle);

/** Lists the methods of a route that have a handler which is not of this package. */
export function methodsOf(route: Route): readonly MethodHandlers[] {
  if (hasOneListForAll(route)) return describe('ALL', handlersFor(route, ALL_METHODS[0]));
  const named = Object.keys(route.methods).filter((method) => method !== '_all');
  return [
    ...describe('ALL', handlersFor(route)),
    ...named.flatMap((name) => describe(name.toUpperCase(), handlersFor(route, name))),
  ];
}

/** Returns the guards of a route that every request passes first, whatever its method is. */
export function guardsForAll(route: Route): readonly GuardLabel[] {
  if (route.stack.some(handlesErrors)) return [];
  if (hasOneListForAll(route)) return guardsIn(leading(handlersFor(route, ALL_METHODS[0])));
  const end = route.stack.findIndex(({ method }) => method !== undefined);
  return guardsIn(leading(end === -1 ? route.stack : route.stack.slice(0, end)));
}

/** Returns the layers in front of the first one that cannot be inspected. */
function leading(layers: readonly Layer[]): readonly Layer[] {
  const end = layers.findIndex(isForeign);
  return end === -1 ? layers : layers.slice(0, end);
}

function handlersFor({ stack }: Route, name?: string): readonly Layer[] {
  return stack.filter(({ method }) => method === undefined || method === name);
}

/** Checks whether all methods have the same handlers: `app.all` adds each method. */
function hasOneListForAll(route: Route): boolean {
  const [first, ...others] = ALL_METHODS.map((name) =>
    route.methods[name] === true ? handlesOf(handlersFor(route, name)) : [],
  );
  if (first === undefined || first.length === 0) return false;
  return others.every(
    (other) =>
      other.length === first.length && other.every((handle, index) => handle === first[index]),
  );
}

function describe(method: string, layers: readonly Layer[]): readonly MethodHandlers[] {
  // The last function responds, whatever its name is.
  const last = layers.map(({ handle }) => labelOf(handle) === undefined).lastIndexOf(true);
  if (last === -1) return [];
  const before = layers.slice(0, last);
  // An error handler goes on after an error that has skipped the guards.
  const guards = layers.some(handlesErrors) ? [] : guardsIn(leading(before));
  const foreign = before.filter(isForeign).map(nameOf);
  return [{ method, guards, foreign, isLate: guardsIn(before).length > guards.length }];
}

function guardsIn(layers: readonly Layer[]): readonly GuardLabel[] {
  return layers.map(({ handle }) => labelOf(handle)).filter((label) => label?.kind === 'guard');
}
