import { unrefTimer } from './unref-timer';

/** The error of an operation that took too long. */
export class TimeoutError extends Error {}

/**
 * Limits the time of a promise: rejects with a {@link TimeoutError} after `timeoutMs`. What the
 * promise does after that is ignored.
 */
export async function withTimeout<T>(
  promise: PromiseLike<T>,
  timeoutMs: number,
  message: string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TimeoutError(message));
    }, timeoutMs);
    // The timer alone must not keep the process alive.
    unrefTimer(timer);
  });
  try {
    return await Promise.race([promise, timeOut]);
  } finally {
    clearTimeout(timer);
  }
}
