import { JwtAuthError } from '../../errors';
import { withTimeout } from '../../internal/timeout';
import { isPromise, type MaybePromise } from '../../internal/maybe-promise';

/** The most lookups in flight for one kind of caller; more would only queue in the driver. */
const MOST_LOOKUPS = 100;
/** The time limit of a lookup, in milliseconds. */
export const LOOKUP_TIMEOUT_MS = 10_000;
const TIMEOUT_MESSAGE = `The client store did not respond within ${String(LOOKUP_TIMEOUT_MS)} ms.`;

/** A lookup by client ID. Callers who have proven their secret before have their own limit. */
export type BoundedLookup<T> = (clientId: string, hasProven: boolean) => MaybePromise<T>;

/**
 * Creates a lookup that limits what a flood of made-up IDs can cause. Throws `ERR_OVERLOADED`
 * beyond the limit. Callers who have proven their secret before are not affected.
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
    // A lookup that never settles must not keep its place.
    return withTimeout(record, LOOKUP_TIMEOUT_MS, TIMEOUT_MESSAGE).finally(() => {
      inFlight[kind] -= 1;
    });
  };
}
