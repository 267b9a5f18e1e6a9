/** What may come at once or later. */
export type Answer<T> = Promise<T> | T;

/** Any thenable counts: query builders are thenables, not promises. */
export function isPromise<T>(answer: Answer<T>): answer is Promise<T> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function';
}
