import { LRUCache } from 'lru-cache';

import { checkStanding, isClientId } from '../clients/check-client';
import type { Standing } from '../clients/client';
import type { ClientLookup } from '../clients/verifier';
import type { Outage } from '../events';
import { CheckError } from '../internal/assert';
import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import { createStoreCalls, REST_MS, type StoreCalls } from '../internal/store-calls';

/** The settings of {@link createStandingCheck}. */
export interface StandingSettings {
  /** How long a result is used before the client is looked up again, in seconds. */
  readonly clientCacheSeconds: number;
  /** How old a result may be while lookups fail, in seconds. */
  readonly maxStaleSeconds: number;
  /** The time limit of a lookup, in milliseconds. */
  readonly timeoutMs: number;
  /** The time in milliseconds since 1970. */
  readonly clock: () => number;
  /** Called for each failed lookup. */
  readonly onOutage: (outage: Outage) => void;
}

/**
 * Finds the standing of a client at `nowMs`; undefined if the client is gone. Rejects or throws if
 * it is not known.
 */
export type StandingCheck = (clientId: string, nowMs: number) => MaybePromise<Standing | undefined>;

const GOOD_STANDING: Standing = { disabled: false, tokensValidAfterMs: 0, scopes: undefined };

interface Entry {
  readonly standing: Standing | undefined;
  readonly askedAtMs: number;
  /** The time until which the client is not looked up again. */
  freshUntilMs: number;
  /** When a lookup has failed since; undefined if none has. */
  failedAtMs: number | undefined;
}

/** The most clients to cache. Only IDs from signed tokens are looked up. */
const MOST_CLIENTS = 10_000;

/**
 * Creates the check whether clients may still use their tokens. Without `clients.find`, a token is
 * valid until it expires.
 */
export function createStandingCheck(
  clients: ClientLookup,
  settings: StandingSettings,
): StandingCheck {
  if (clients.find === undefined) return () => GOOD_STANDING;
  const directory = new Directory(clients, settings);
  // An ID that is not valid needs no lookup, and could make the lookup fail.
  return (clientId, nowMs) =>
    isClientId(clientId) ? directory.standingOf(clientId, nowMs) : undefined;
}

/**
 * Looks clients up, with one lookup in flight per client. If it fails, the last result is used.
 * Synchronous results are not cached, because another lookup is as cheap.
 */
class Directory {
  readonly #clients: ClientLookup;
  readonly #settings: StandingSettings;
  readonly #calls: StoreCalls;
  /** Undefined as long as all lookups are synchronous, as with an array. */
  #entries: LRUCache<string, Entry> | undefined;
  readonly #underWay = new Map<string, Promise<Standing | undefined>>();

  constructor(clients: ClientLookup, settings: StandingSettings) {
    this.#clients = clients;
    this.#settings = settings;
    this.#calls = createStoreCalls({
      timeoutMs: settings.timeoutMs,
      store: 'The lookup of a client',
      clock: settings.clock,
      // A malformed record says nothing about the store.
      isOutage: (cause) => !(cause instanceof CheckError),
    });
  }

  /** @param nowMs Passed in, because reading the clock takes longer than finding the client. */
  standingOf(clientId: string, nowMs: number): MaybePromise<Standing | undefined> {
    const entry = this.#entries?.get(clientId);
    if (entry && entry.askedAtMs <= nowMs && nowMs < entry.freshUntilMs) return entry.standing;
    const standing = this.#lookUp(clientId, nowMs);
    const isFailing = entry !== undefined && this.#hasJustFailed(entry) && this.#isUsable(entry);
    if (!isFailing || !isPromise(standing)) return standing;
    // The last lookup failed, so this request does not wait for the next one.
    standing.catch(() => undefined);
    return entry.standing;
  }

  /** @param askedAtMs The age of the result counts from here: the data may change meanwhile. */
  #lookUp(clientId: string, askedAtMs: number): MaybePromise<Standing | undefined> {
    const flight = this.#underWay.get(clientId);
    if (flight !== undefined) return flight;
    const isResting = this.#calls.isResting();
    try {
      const client = this.#calls.call(() => this.#clients.find?.(clientId));
      if (isPromise(client)) return this.#receive(clientId, client, askedAtMs);
      // This result is newer than a cached one.
      this.#entries?.delete(clientId);
      return checkResult(client, clientId);
    } catch (cause) {
      return this.#fallBack(clientId, cause, isResting);
    }
  }

  #receive(
    clientId: string,
    client: Promise<unknown>,
    askedAtMs: number,
  ): Promise<Standing | undefined> {
    const cacheSeconds = this.#clients.selfCaching ? 0 : this.#settings.clientCacheSeconds;
    const flight = client
      .then((found) => {
        const standing = checkResult(found, clientId);
        const freshUntilMs = askedAtMs + cacheSeconds * 1000;
        this.#entries ??= new LRUCache({ max: MOST_CLIENTS });
        this.#entries.set(clientId, { standing, askedAtMs, freshUntilMs, failedAtMs: undefined });
        return standing;
      })
      .catch((cause: unknown) => this.#fallBack(clientId, cause, false))
      .finally(() => this.#underWay.delete(clientId));
    this.#underWay.set(clientId, flight);
    return flight;
  }

  /** Returns the last result if it is not too old; otherwise throws the failure. */
  #fallBack(clientId: string, cause: unknown, isResting: boolean): Standing | undefined {
    if (!isResting) this.#settings.onOutage({ source: 'clients', cause, clientId });
    const last = this.#entries?.get(clientId);
    if (last === undefined || !this.#isUsable(last)) throw cause;
    last.failedAtMs = this.#settings.clock();
    last.freshUntilMs = last.failedAtMs + REST_MS;
    return last.standing;
  }

  #hasJustFailed({ failedAtMs }: Entry): boolean {
    return failedAtMs !== undefined && this.#isNowBetween(failedAtMs, failedAtMs + 10 * REST_MS);
  }

  #isUsable({ askedAtMs }: Entry): boolean {
    return this.#isNowBetween(askedAtMs, askedAtMs + this.#settings.maxStaleSeconds * 1000);
  }

  /** Checks the start too, because the clock of a machine may be set back. */
  #isNowBetween(startMs: number, endMs: number): boolean {
    const now = this.#settings.clock();
    return startMs <= now && now < endMs;
  }
}

function checkResult(client: unknown, clientId: string): Standing | undefined {
  if (client === undefined || client === null) return undefined;
  return checkStanding(client, 'The result of find()', clientId);
}
