/** A value now, or a promise of it. */
export type MaybePromise<T> = Promise<T> | T;

/** Any thenable counts: query builders are thenables, not promises. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
