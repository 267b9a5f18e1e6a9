import { LRUCache } from 'lru-cache';

import type { MaybePromise } from '../internal/maybe-promise';
import { withTimeout } from '../internal/timeout';

/** The count of a key in its window. */
export interface ThrottleCount {
  /** How often the key has been counted. */
  readonly totalHits: number;
  /** When the window ends. If undefined, callers wait for a whole window. */
  readonly resetTime?: Date | undefined;
}

/**
 * A store that counts failures: any store of express-rate-limit (Redis, Memcached, PostgreSQL, …),
 * or your own with `increment` and `decrement`.
 */
export interface ThrottleStore {
  /** Called once, before the first attempt. */
  init?(options: { readonly windowMs: number }): MaybePromise<void>;
  /**
   * Returns the count of a key; undefined if there is none. Without `get`, counts are read by
   * `increment` and `decrement`.
   */
  get?(key: string): MaybePromise<ThrottleCount | undefined>;
  /** Adds one to the count of a key. A window starts with the first count and lasts `windowMs`. */
  increment(key: string): MaybePromise<ThrottleCount | undefined>;
  /** Subtracts one from the count of a key. Required if there is no `get`. */
  decrement?(key: string): MaybePromise<void>;
}

/** A key and how many failures it may have in a window. */
export interface Limit {
  readonly key: string;
  readonly limit: number;
}

/** A count as it was read. */
export interface Count {
  readonly hits: number;
  /** When its window ends, in milliseconds since 1970; undefined if the store does not say. */
  readonly endsAtMs: number | undefined;
}

/** The most counts in memory; the least recently used are removed first. */
const MOST_KEYS = 100_000;

/**
 * Creates counts in a store. The store is initialized before the first count, and again if that
 * failed.
 */
export function createCounts(store: ThrottleStore, windowMs: number, timeoutMs: number) {
  let started: Promise<void> | undefined;
  const start = (): Promise<void> => {
    started ??= startStore(store, windowMs).catch((cause: unknown) => {
      started = undefined;
      throw cause;
    });
    return started;
  };
  const read = store.get ? (key: string) => store.get?.(key) : readByCounting(store, timeoutMs);
  // The next attempt reports a failure. Here it must only not be an unhandled rejection.
  start().catch(() => undefined);

  return {
    /** Reads the counts of these keys; 0 for a key that is not counted. */
    read: async (limits: readonly Limit[]): Promise<readonly Count[]> => {
      await start();
      return Promise.all(limits.map(async ({ key }) => toCount(await read(key))));
    },
    add: async (limits: readonly Limit[]): Promise<void> => {
      await start();
      await Promise.all(limits.map(async ({ key }) => store.increment(key)));
    },
  };
}

async function startStore(store: ThrottleStore, windowMs: number): Promise<void> {
  await store.init?.({ windowMs });
}

function toCount(count: ThrottleCount | undefined): Count {
  const { totalHits, resetTime } = count ?? { totalHits: 0 };
  // Some stores return NaN for a key without a count.
  return { hits: Number.isNaN(totalHits) ? 0 : totalHits, endsAtMs: resetTime?.getTime() };
}

/**
 * Creates a function that reads counts by adding one and subtracting it. Two such reads at once
 * would count each other, so each key has one at a time. Reads that arrive meanwhile share the next
 * one. A read that hangs is given up, so that the later ones do not hang with it.
 */
function readByCounting(store: ThrottleStore, timeoutMs: number) {
  type Reading = Promise<ThrottleCount | undefined>;
  const readings = new Map<string, { readonly current: Reading; next?: Reading }>();

  function start(key: string): Reading {
    const late = `The store of throttle did not respond within ${String(timeoutMs)} ms.`;
    const reading = { current: withTimeout(readOnce(store, key), timeoutMs, late) };
    readings.set(key, reading);
    const end = () => {
      if (readings.get(key) === reading && !('next' in reading)) readings.delete(key);
    };
    reading.current.then(end, end);
    return reading.current;
  }
  return (key: string): Reading => {
    const reading = readings.get(key);
    if (reading === undefined) return start(key);
    const startNext = () => start(key);
    return (reading.next ??= reading.current.then(startNext, startNext));
  };
}

async function readOnce(store: ThrottleStore, key: string): Promise<ThrottleCount | undefined> {
  const count = await store.increment(key);
  await store.decrement?.(key);
  return count && { ...count, totalHits: count.totalHits - 1 };
}

/** Creates a store in the memory of this process. */
export function createMemoryStore(windowMs: number, clock: () => number): ThrottleStore {
  type Count = ThrottleCount & { readonly resetTime: Date };
  const counts = new LRUCache<string, Count>({ max: MOST_KEYS });
  const get = (key: string) => {
    const count = counts.get(key);
    return count && clock() < count.resetTime.getTime() ? count : undefined;
  };
  return {
    get,
    increment: (key) => {
      const fresh = { totalHits: 0, resetTime: new Date(clock() + windowMs) };
      const { totalHits, resetTime } = get(key) ?? fresh;
      const count = { totalHits: totalHits + 1, resetTime };
      counts.set(key, count);
      return count;
    },
  };
}
