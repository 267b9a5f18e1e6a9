/** What may come at once or later. */
export type Answer<T> = Promise<T> | T;

/** Any thenable counts: query builders are thenables, not promises. */
export function isPromise<T>(answer: Answer<T>): answer is Promise<T> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function';
}

/** A rejection with whatever was thrown. */
export function rejection(cause: unknown): Promise<never> {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an app's store may throw anything
  return Promise.reject(cause);
}
