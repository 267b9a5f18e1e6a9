/** A value now, or a promise of it. */
export type MaybePromise<T> = Promise<T> | T;

/**
 * Checks whether a value is a promise. Any thenable counts, because query builders are thenables.
 */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
