import { isPromise, type MaybePromise } from './maybe-promise';
import { withTimeout } from './timeout';

/** Calls to one store that may hang or fail. */
export interface StoreCalls {
  /** Checks whether the store is paused after a failure: `call` then fails immediately. */
  isResting(): boolean;
  /**
   * Calls the store. Rejects if the call rejects or does not settle in time, and throws if it
   * throws. After a rejection or a timeout the store is paused: `call` throws the same cause
   * immediately.
   */
  call<T>(operation: () => MaybePromise<T>): MaybePromise<T>;
}

/** The settings of {@link createStoreCalls}. */
export interface StoreCallsSettings {
  /** The time limit of a call, in milliseconds. */
  readonly timeoutMs: number;
  /** The store, as the subject of the sentence "… did not respond within …". */
  readonly store: string;
  /** Checks whether a failure affects the whole store. Default: every failure does. */
  readonly isOutage?: (cause: unknown) => boolean;
  /** The time in milliseconds. */
  readonly clock: () => number;
}

/**
 * How long a store is paused after a failure, in milliseconds, so that a hanging one delays few
 * requests.
 */
export const REST_MS = 1000;

/** Creates calls with a time limit, which pause for a second after a failure of the store. */
export function createStoreCalls(settings: StoreCallsSettings): StoreCalls {
  const { timeoutMs, store, isOutage = () => true, clock } = settings;
  const message = `${store} did not respond within ${String(timeoutMs)} ms.`;
  let failure: { readonly cause: unknown; readonly atMs: number } | undefined;

  /** Finds the failure that paused the store. A clock that was set back ends the pause. */
  const current = () => {
    if (failure === undefined) return undefined;
    const now = clock();
    return failure.atMs <= now && now < failure.atMs + REST_MS ? failure : undefined;
  };
  const fail = (cause: unknown): never => {
    if (isOutage(cause)) failure = { cause, atMs: clock() };
    throw cause;
  };
  return {
    isResting: () => current() !== undefined,
    call: (operation) => {
      const resting = current();
      if (resting !== undefined) throw resting.cause;
      const result = operation();
      return isPromise(result) ? withTimeout(result, timeoutMs, message).catch(fail) : result;
    },
  };
}
