/** What may come at once or later. */
export type MaybePromise<T> = Promise<T> | T;

/** Any thenable counts: query builders are thenables, not promises. */
export function isPromise<T>(answer: MaybePromise<T>): answer is Promise<T> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function';
}
