import { unrefTimer } from './unref-timer';

/**
 * Limits the time of a promise: rejects with an Error after `timeoutMs`. What the promise does
 * after that is ignored.
 */
export async function withTimeout<T>(
  promise: PromiseLike<T>,
  timeoutMs: number,
  message: string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(message));
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
