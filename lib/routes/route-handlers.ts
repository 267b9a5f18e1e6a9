import { labelOf, type GuardLabel } from './labels';
import { nameOf, type Handler, type Layer, type Route } from './layers';

/** The handlers of one method of a route. */
export interface MethodHandlers {
  /** The method in upper case; `ALL` for every method. */
  readonly method: string;
  /** The guards that every request passes before the last handler. */
  readonly guards: readonly GuardLabel[];
  /** Those of them that nothing else stands in front of, so that later routes can count on them. */
  readonly leading: readonly GuardLabel[];
  /** The other functions before the last handler, by name. */
  readonly foreign: readonly string[];
  /** Whether there is a handler that is not of this package. */
  readonly hasHandler: boolean;
}

/** The number of methods from which a route has all of them. `app.all` adds each one. */
const ALL_METHODS = 20;

/** Lists the methods of a route with their handlers. */
export function methodsOf({ methods, stack }: Route): readonly MethodHandlers[] {
  const named = Object.keys(methods).filter((method) => method !== '_all');
  const handlersFor = (name?: string) =>
    stack.filter(({ method }) => method === undefined || method === name);
  if (named.length > ALL_METHODS) return [describe('ALL', handlersFor(named[0]))];
  const each = named.map((name) => describe(name.toUpperCase(), handlersFor(name)));
  const forAll = handlersFor();
  // `route.all(middleware).get(handler)`: other methods reach no handler.
  const isOnlyMiddleware = each.length > 0 && !forAll.some(({ handle }) => cannotCallNext(handle));
  return isOnlyMiddleware || methods._all !== true ? each : [describe('ALL', forAll), ...each];
}

/**
 * Checks whether a handler has no parameter for `next`. One without parameters may read them as a
 * list.
 */
export function cannotCallNext({ length }: Handler): boolean {
  return length === 1 || length === 2;
}

const isForeign = ({ handle }: Layer): boolean => labelOf(handle) === undefined;

function describe(method: string, layers: readonly Layer[]): MethodHandlers {
  const handlers = layers.filter(({ handle }) => handle.length < 4);
  const last = handlers.map(isForeign).lastIndexOf(true);
  const before = last === -1 ? handlers : handlers.slice(0, last);
  // Guards behind a function that always responds are never reached.
  const responder = before.findIndex((each) => isForeign(each) && cannotCallNext(each.handle));
  const reached = responder === -1 ? before : before.slice(0, responder);
  const first = handlers.findIndex(isForeign);
  return {
    method,
    guards: guardsIn(reached),
    leading: guardsIn(first === -1 ? handlers : handlers.slice(0, first)),
    foreign: before.filter(isForeign).map(nameOf),
    hasHandler: last !== -1,
  };
}

function guardsIn(layers: readonly Layer[]): readonly GuardLabel[] {
  return layers.map(({ handle }) => labelOf(handle)).filter((label) => label?.kind === 'guard');
}
