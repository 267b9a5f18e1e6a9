import { isIPv6 } from 'node:net';

import { LRUCache } from 'lru-cache';

import { assertThat, integerOr, isObject, readOptions } from '../internal/assert';
import type { MaybePromise } from '../internal/maybe-promise';

/** How often a key has been counted in its window, and when the window ends. */
export interface ThrottleCount {
  readonly totalHits: number;
  readonly resetTime?: Date | undefined;
}

/** Where failures are counted: any store of express-rate-limit (Redis, Memcached, …), or one with these two functions. */
export interface ThrottleStore {
  /** Called once, at start. */
  init?(options: { readonly windowMs: number }): MaybePromise<void>;
  /** The count as it stands; undefined where there is none. Needed: optional only as the stores of express-rate-limit declare it. */
  get?(key: string): MaybePromise<ThrottleCount | undefined>;
  /** Counts once more. A window starts with the first count and lasts `windowMs`. */
  increment(key: string): MaybePromise<ThrottleCount | undefined>;
}

/** The option `throttle` of `createJwtAuth`. */
export interface ThrottleOptions {
  /**
   * How many failed attempts one client id may have from one address in a window, 1 to 1,000,000; and ten times as
   * many may come from one address whatever the ids. A success does not count.
   */
  readonly failures: number;
  /** How long a window is, in seconds, 1 to 86,400. */
  readonly windowSeconds: number;
  /** Where to count. Default: in the memory of this process, for up to 100,000 pairs. */
  readonly store?: ThrottleStore | undefined;
}

/** Counts failed attempts and says when there were too many. */
export interface Throttle {
  /** How many seconds this caller has to wait; undefined where it need not. Rejects where the store fails. */
  check(clientId: string, address: string | undefined): Promise<number | undefined>;
  /** Counts a failure. Rejects where the store fails. */
  fail(clientId: string, address: string | undefined): Promise<void>;
}

/** Behind one address may be a whole office: it may fail this many times as often as one client of it. */
const ADDRESS_FACTOR = 10;
/** What is counted least recently is forgotten first. */
const MOST_KEYS = 100_000;

/** @throws TypeError where an option is malformed. */
export function createThrottle(options: ThrottleOptions, clock: () => number): Throttle {
  const given = readOptions(options, 'throttle', ['failures', 'windowSeconds', 'store']);
  const failures = required(given.failures, 'throttle.failures', 1_000_000);
  const windowSeconds = required(given.windowSeconds, 'throttle.windowSeconds', 86_400);
  const store = checkStore(given.store ?? createMemoryStore(windowSeconds * 1000, clock));
  const start = createStart(store, windowSeconds * 1000);
  // A store that cannot start is told when it is asked: here it must only not end the process.
  start().catch(() => undefined);

  const limitsOf = (clientId: string, address: string | undefined) => {
    const from = networkOf(address ?? '');
    return [
      { key: `client:${from}:${clientId}`, limit: failures },
      { key: `address:${from}`, limit: failures * ADDRESS_FACTOR },
    ];
  };
  return {
    check: async (clientId, address) => {
      await start();
      const limits = limitsOf(clientId, address);
      const counts = await Promise.all(limits.map(async ({ key }) => store.get(key)));
      const waits = counts.map((count, index) => {
        // Not "is less": some stores say NaN for what they have not counted.
        const isFull = count && count.totalHits >= (limits[index]?.limit ?? 0);
        if (!isFull) return 0;
        const endsAtMs = count.resetTime?.getTime() ?? clock() + windowSeconds * 1000;
        return Math.max(1, Math.ceil((endsAtMs - clock()) / 1000));
      });
      return Math.max(...waits) || undefined;
    },
    fail: async (clientId, address) => {
      await start();
      await Promise.all(limitsOf(clientId, address).map(async ({ key }) => store.increment(key)));
    },
  };
}

function required(value: unknown, name: string, max: number): number {
  const number = integerOr(undefined, value, name, 1, max);
  assertThat(number !== undefined, name, `a whole number from 1 to ${String(max)}`, value);
  return number;
}

/** Starts the store once, and again where that failed: its server may have been down. */
function createStart(store: CountingStore, windowMs: number): () => Promise<void> {
  let started: Promise<void> | undefined;
  return () => {
    started ??= init(store, windowMs).catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    return started;
  };
}

async function init(store: CountingStore, windowMs: number): Promise<void> {
  await store.init?.({ windowMs });
}

type CountingStore = ThrottleStore & Required<Pick<ThrottleStore, 'get'>>;

function checkStore(store: ThrottleStore): CountingStore {
  const isStore =
    isObject(store) && typeof store.get === 'function' && typeof store.increment === 'function';
  assertThat(
    isStore,
    'throttle.store',
    'a store with get(key) and increment(key), as those of express-rate-limit are',
    store,
  );
  return store as CountingStore;
}

/** An address, or for IPv6 its first 64 bits, which one customer has to itself (RFC 6177 §2). */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address.replace(/^::ffff:/i, '');
  const [head = '', tail] = address.split('::');
  const start = head === '' ? [] : head.split(':');
  const end = tail ? tail.split(':') : [];
  const zeros = Array<string>(Math.max(0, 8 - start.length - end.length)).fill('0');
  return [...start, ...zeros, ...end]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

function createMemoryStore(windowMs: number, clock: () => number): CountingStore {
  const counts = new LRUCache<string, ThrottleCount & { readonly resetTime: Date }>({
    max: MOST_KEYS,
  });
  const get = (key: string) => {
    const count = counts.get(key);
    return count && clock() < count.resetTime.getTime() ? count : undefined;
  };
  return {
    get,
    increment: (key) => {
      const { totalHits, resetTime } = get(key) ?? {
        totalHits: 0,
        resetTime: new Date(clock() + windowMs),
      };
      const count = { totalHits: totalHits + 1, resetTime };
      counts.set(key, count);
      return count;
    },
  };
}
