import { JwtAuthError } from '../../errors';
import { withTimeout } from '../../internal/timeout';
import { isPromise, type MaybePromise } from '../../internal/maybe-promise';

/** How many lookups for one kind of caller may be in flight: more would only queue in the driver. */
const MOST_LOOKUPS = 100;
/** A lookup that takes longer has failed. */
export const LOOKUP_TIMEOUT_MS = 10_000;
const TIMEOUT_MESSAGE = `The client store did not respond within ${String(LOOKUP_TIMEOUT_MS)} ms.`;

/** A lookup by a client id. A caller who has proven the secret before has a bound of its own. */
export type BoundedLookup<T> = (clientId: string, hasProven: boolean) => MaybePromise<T>;

/**
 * Bounds the lookups that a flood of made-up ids can cause. Those beyond the bound are refused with
 * `ERR_OVERLOADED`; they do not delay callers who have proven their secret before.
 */
export function createBoundedLookup<T>(
  find: (clientId: string) => MaybePromise<T>,
): BoundedLookup<T> {
  const inFlight = { unknown: 0, proven: 0 };
  return (clientId, hasProven) => {
    const kind = hasProven ? 'proven' : 'unknown';
    if (inFlight[kind] >= MOST_LOOKUPS) throw new JwtAuthError('ERR_OVERLOADED');
    const record = find(clientId);
    if (!isPromise(record)) return record;
    inFlight[kind] += 1;
    // A lookup that never settles must give its place back.
    return withTimeout(record, LOOKUP_TIMEOUT_MS, TIMEOUT_MESSAGE).finally(() => {
      inFlight[kind] -= 1;
    });
  };
}
