import { createHash } from 'node:crypto';

import type { Outage } from '../events';
import type { MaybePromise } from '../internal/maybe-promise';
import { networkOf } from '../internal/network';
import { objectWith, resolveOptions, wholeNumber, type SettingsOf } from '../internal/options';
import { createStoreCalls, type StoreCalls } from '../internal/store-calls';
import {
  createCounts,
  createMemoryStore,
  type Count,
  type Limit,
  type ThrottleStore,
} from './throttle-counts';
import { createUnderWay, waitForEnd, wakeNext, type Line } from './under-way';

export type { ThrottleCount, ThrottleStore } from './throttle-counts';

/** The option `throttle` of `createJwtAuth`. */
export interface ThrottleOptions {
  /**
   * The number of failed attempts that one client ID may have from one address in a window, 1 to
   * 1,000,000. One address may have ten times as many, over all IDs. A success does not count.
   */
  readonly failures: number;
  /** The length of a window in seconds, 1 to 86,400. */
  readonly windowSeconds: number;
  /**
   * The store of the counts. Without it, they are in the memory of this process, for up to 100,000
   * keys. Default: in the memory of the process.
   */
  readonly store?: ThrottleStore | undefined;
}

const STORE_MUST =
  'a store with increment(key), and decrement(key) or get(key), such as those of express-rate-limit';
const storeOption = objectWith<ThrottleStore>(
  STORE_MUST,
  ['increment'],
  ['init', 'get', 'decrement'],
);

/** The options of `throttle`. */
export const THROTTLE_OPTIONS = {
  failures: wholeNumber(undefined, 1, 1_000_000),
  windowSeconds: wholeNumber(undefined, 1, 86_400),
  store: {
    ...storeOption,
    fallback: 'in the memory of the process',
    parse: (value: unknown, name: string) => {
      const store = storeOption.parse(value, name);
      if (store && !store.get && !store.decrement)
        throw new TypeError(`${name} must be ${STORE_MUST}; it has neither of the two.`);
      return store;
    },
  },
};

/** The option `throttle`, checked. */
export type ThrottleSettings = SettingsOf<typeof THROTTLE_OPTIONS>;

/** One attempt to get a token. */
export interface Attempt {
  /** How long the caller must wait, in seconds; undefined if the attempt may proceed. */
  readonly retryAfterSeconds: number | undefined;
  readonly outages: readonly Outage[];
  /**
   * Ends an attempt that could proceed, and counts it if it failed. Resolves to the outages of the
   * store.
   */
  end(isFailure: boolean): Promise<readonly Outage[]>;
}

/** A limit of failed attempts. */
export interface Throttle {
  /** Begins an attempt. Never rejects: while the store fails, attempts are not counted. */
  begin(clientId: string, address: string | undefined): MaybePromise<Attempt>;
}

/** The most attempts that may wait for one client or address; more are refused. */
const MOST_WAITING = 1000;
const CROWDED_RETRY_MS = 1000;

/**
 * The factor between the limits of an address and of a client, because an office may share one
 * address.
 */
const ADDRESS_FACTOR = 10;

const FREE: Attempt = {
  retryAfterSeconds: undefined,
  outages: [],
  end: () => Promise.resolve([]),
};

/** The throttle of an app without the option `throttle`. */
export const NO_THROTTLE: Throttle = { begin: () => FREE };

/** Checks the option `throttle`. Throws a TypeError that names the option. */
export function parseThrottle(options: unknown, name: string): ThrottleSettings {
  return resolveOptions(options as object, name, THROTTLE_OPTIONS);
}

/**
 * Creates a throttle. Running attempts count as failures until they end, and an attempt over the
 * limit waits for them. A burst then gets no more guesses than a slow series.
 */
export function createThrottle(
  settings: ThrottleSettings,
  { clock, storeTimeoutMs: timeoutMs }: ThrottleEnvironment,
): Throttle {
  const windowMs = settings.windowSeconds * 1000;
  const counts = createCounts(
    settings.store ?? createMemoryStore(windowMs, clock),
    windowMs,
    timeoutMs,
  );
  const calls = createStoreCalls({ timeoutMs, store: 'The store of throttle', clock });
  const underWay = createUnderWay();

  return {
    begin: async (clientId, address) => {
      const limits = limitsOf(clientId, address, settings.failures);
      const keys = limits.map(({ key }) => key);
      const lines = underWay.join(keys);
      const read = () => ask(calls, clientId, () => counts.read(limits));
      const { waitMs, outages } = await takeTurn(limits, lines, read, windowMs, clock);
      if (waitMs !== undefined) {
        underWay.leave(keys);
        return { ...FREE, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)), outages };
      }
      return {
        retryAfterSeconds: undefined,
        outages,
        end: async (isFailure) => {
          const add = () => ask(calls, clientId, () => counts.add(limits));
          const counted = isFailure ? await add() : undefined;
          lines.forEach(endOne);
          underWay.leave(keys);
          return counted?.outages ?? [];
        },
      };
    },
  };
}

/** The settings of `createJwtAuth` that a throttle needs. */
export interface ThrottleEnvironment {
  readonly clock: () => number;
  /** The time limit of a call to the store, in milliseconds. */
  readonly storeTimeoutMs: number;
}

/** Waits until this attempt may proceed, or returns how long its caller must wait. */
async function takeTurn(
  limits: readonly Limit[],
  lines: readonly Line[],
  read: () => Promise<Asked<readonly Count[]>>,
  windowMs: number,
  clock: () => number,
): Promise<{ readonly waitMs?: number; readonly outages: readonly Outage[] }> {
  const outages: Outage[] = [];
  let woken: Line | undefined;
  for (;;) {
    const ended = lines.map((line) => line.ended);
    const asked = await read();
    outages.push(...asked.outages);
    const hits = (index: number) => asked.value?.[index]?.hits ?? 0;
    const blocked = limits.flatMap(({ limit }, index) =>
      hits(index) < limit ? [] : [asked.value?.[index]?.endsAtMs ?? clock() + windowMs],
    );
    if (blocked.length > 0) {
      wakeNext(woken);
      return { waitMs: Math.max(...blocked) - clock(), outages };
    }
    if (lines.some((line, index) => line.ended !== ended[index])) continue;
    const full = lines.find(
      (line, index) => hits(index) + line.going >= (limits[index]?.limit ?? 0),
    );
    if (full !== woken || full === undefined) wakeNext(woken);
    if (full === undefined) break;
    if (full.waiting.length >= MOST_WAITING) return { waitMs: CROWDED_RETRY_MS, outages };
    await waitForEnd(full);
    woken = full;
  }
  for (const line of lines) line.going += 1;
  return { outages };
}

function endOne(line: Line): void {
  line.going -= 1;
  line.ended += 1;
  wakeNext(line);
}

interface Asked<T> {
  readonly value?: T;
  readonly outages: readonly Outage[];
}

/**
 * Calls the store. There is no value if it failed, and no outage if it is still paused after a
 * failure.
 */
async function ask<T>(
  calls: StoreCalls,
  clientId: string,
  operation: () => Promise<T>,
): Promise<Asked<T>> {
  if (calls.isResting()) return { outages: [] };
  try {
    return { value: await calls.call(operation), outages: [] };
  } catch (cause) {
    return { outages: [{ source: 'throttle', cause, clientId }] };
  }
}

/**
 * Hashes a text into a short key, because a store may reject long keys and a failing store counts
 * nothing.
 */
function nameOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function limitsOf(
  clientId: string,
  address: string | undefined,
  failures: number,
): readonly Limit[] {
  const from = networkOf(address ?? '');
  return [
    { key: `client:${nameOf(`${from} ${clientId}`)}`, limit: failures },
    { key: `address:${from}`, limit: failures * ADDRESS_FACTOR },
  ];
}
