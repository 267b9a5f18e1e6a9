import { unrefTimer } from './unref-timer';

/** The promise, or a rejection with an Error after `timeoutMs`. What the promise does after that is ignored. */
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
    // What waits for an answer keeps the process alive; that it may not come does not.
    unrefTimer(timer);
  });
  try {
    return await Promise.race([promise, timeOut]);
  } finally {
    clearTimeout(timer);
  }
}
