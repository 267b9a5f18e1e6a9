/** The label of a guard: what `requireJwt()` requires. */
export interface GuardLabel {
  readonly kind: 'guard';
  readonly scopes: readonly string[];
  /** Whether a request without a token passes. */
  readonly optional: boolean;
}

/** The label of middleware that serves endpoints. */
export interface EndpointsLabel {
  readonly kind: 'endpoints';
  readonly endpoints: readonly {
    /** The path below the mount. */
    readonly path: string;
    readonly methods: readonly string[];
    /** Whether everybody may read it, without credentials. */
    readonly isPublic: boolean;
  }[];
}

/** A label by which middleware of this package is recognized in the list of routes. */
export type Label = GuardLabel | EndpointsLabel;

/** The symbol that all copies of this package share, so that each reads the labels of the others. */
const LABELS = Symbol.for('express-client-jwt.labels');
const shared = globalThis as Record<symbol, WeakMap<object, Label> | undefined>;
const labels = (shared[LABELS] ??= new WeakMap());

/** Labels middleware, and returns it. */
export function withLabel<T extends object>(middleware: T, label: Label): T {
  labels.set(middleware, label);
  return middleware;
}

/** Returns the label of middleware; undefined if it is not of this package. */
export function labelOf(middleware: object): Label | undefined {
  return labels.get(middleware);
}
