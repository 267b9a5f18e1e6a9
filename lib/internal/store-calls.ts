import { isPromise, type MaybePromise } from './maybe-promise';
import { withTimeout } from './timeout';

/** Calls to one store that may hang or fail. */
export interface StoreCalls {
  /** Whether the store is left alone after a failure: until then `call` fails at once. */
  isResting(): boolean;
  /**
   * Calls the store. Rejects if the call rejects or does not settle in time, and throws if it
   * throws. After a rejection or a time-out the store rests: the same cause is thrown at once.
   */
  call<T>(operation: () => MaybePromise<T>): MaybePromise<T>;
}

/** The settings of {@link createStoreCalls}. */
export interface StoreCallsSettings {
  /** A call that takes longer has failed. */
  readonly timeoutMs: number;
  /** The store, as the subject of the sentence "… did not respond within …". */
  readonly store: string;
  /** Whether this failure says something about the whole store. Default: every failure does. */
  readonly isOutage?: (cause: unknown) => boolean;
  /** The time in milliseconds. */
  readonly clock: () => number;
}

/** How long a store is left alone after a failure, so that a hanging one delays few requests. */
export const REST_MS = 1000;

/** Creates calls with a time limit that leave a failing store alone for a second. */
export function createStoreCalls(settings: StoreCallsSettings): StoreCalls {
  const { timeoutMs, store, isOutage = () => true, clock } = settings;
  const message = `${store} did not respond within ${String(timeoutMs)} ms.`;
  let failure: { readonly cause: unknown; readonly atMs: number } | undefined;

  /** The failure that the store rests from. A clock that was set back ends the rest. */
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
