import { LRUCache } from 'lru-cache';

import { checkStanding } from '../clients/check-client';
import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import { withTimeout } from '../internal/timeout';
import type { Standing } from '../clients/client';
import type { ClientVerifier } from '../clients/verifier';

/** How long the standing of a client is relied on. */
export interface DirectorySettings {
  /** An answer younger than this many seconds is not asked for again. */
  readonly clientCacheSeconds: number;
  /** Where the store fails, an answer younger than this many seconds still serves. */
  readonly maxStaleSeconds: number;
  /** A question that takes longer than this has failed. */
  readonly timeoutMs: number;
  /** The time in milliseconds since 1970. */
  readonly clock: () => number;
  /** Told of each failure to ask. */
  readonly onOutage: (cause: unknown, clientId: string) => void;
}

/** The standing of a client; undefined where it is gone. Rejects or throws where that could not be found out. */
export type StandingCheck = (clientId: string) => MaybePromise<Standing | undefined>;

interface Entry {
  readonly standing: Standing | undefined;
  readonly askedAtMs: number;
  /** Until then the store is not asked again. */
  freshUntilMs: number;
  /** Whether the store has failed since. */
  hasFailed: boolean;
}

/** Only ids out of signed tokens come here, so this many are many. */
const MOST_CLIENTS = 10_000;
/** After a failure the store is left alone this long, so that a hanging one does not hold up every request. */
const RETRY_MS = 1000;

/**
 * Whether clients still stand as they did when they got their tokens, as the verifier's `find` says: one question in
 * flight per client, and the last answer at hand where it fails. What it answers without a promise is not kept:
 * asking again is as cheap.
 */
export class Directory {
  readonly #find: NonNullable<ClientVerifier['find']>;
  readonly #settings: DirectorySettings;
  readonly #entries = new LRUCache<string, Entry>({ max: MOST_CLIENTS });
  readonly #underWay = new Map<string, Promise<Standing | undefined>>();

  constructor(find: NonNullable<ClientVerifier['find']>, settings: DirectorySettings) {
    this.#find = find;
    this.#settings = settings;
  }

  /** A {@link StandingCheck}. */
  standingOf(clientId: string): MaybePromise<Standing | undefined> {
    // Where nothing has been waited for, as with an array, there is nothing to recall.
    if (this.#entries.size === 0) return this.#ask(clientId);
    const entry = this.#entries.get(clientId);
    if (entry && this.#isNowBetween(entry.askedAtMs, entry.freshUntilMs)) return entry.standing;
    const answer = this.#ask(clientId);
    if (!entry?.hasFailed || !isPromise(answer) || !this.#isUsable(entry)) return answer;
    // It failed the last time: nobody waits to see whether it has come back while there is an answer at hand.
    answer.catch(() => undefined);
    return entry.standing;
  }

  #ask(clientId: string): MaybePromise<Standing | undefined> {
    const flight = this.#underWay.get(clientId);
    if (flight !== undefined) return flight;
    // The answer is as old as the question: what was read may have changed before it came here.
    const askedAtMs = this.#settings.clock();
    try {
      const answer = this.#find(clientId);
      if (isPromise(answer)) return this.#receive(clientId, answer, askedAtMs);
      // Newer than what may have come by a promise before.
      this.#entries.delete(clientId);
      return checkAnswer(answer, clientId);
    } catch (cause) {
      return this.#fallBack(clientId, cause);
    }
  }

  #receive(
    clientId: string,
    answer: PromiseLike<unknown>,
    askedAtMs: number,
  ): Promise<Standing | undefined> {
    const { timeoutMs, clientCacheSeconds } = this.#settings;
    const flight = withTimeout(answer, timeoutMs, 'The client store did not answer in time.')
      .then((client) => {
        const standing = checkAnswer(client, clientId);
        const freshUntilMs = askedAtMs + clientCacheSeconds * 1000;
        this.#entries.set(clientId, { standing, askedAtMs, freshUntilMs, hasFailed: false });
        return standing;
      })
      .catch((cause: unknown) => this.#fallBack(clientId, cause))
      .finally(() => this.#underWay.delete(clientId));
    this.#underWay.set(clientId, flight);
    return flight;
  }

  /** The last answer, where it may still serve; otherwise the failure is thrown on. */
  #fallBack(clientId: string, cause: unknown): Standing | undefined {
    this.#settings.onOutage(cause, clientId);
    const last = this.#entries.get(clientId);
    if (last === undefined || !this.#isUsable(last)) throw cause;
    last.freshUntilMs = this.#settings.clock() + RETRY_MS;
    last.hasFailed = true;
    return last.standing;
  }

  #isUsable({ askedAtMs }: Entry): boolean {
    return this.#isNowBetween(askedAtMs, askedAtMs + this.#settings.maxStaleSeconds * 1000);
  }

  /** Not before the start either: the clock of a machine may be set back. */
  #isNowBetween(startMs: number, endMs: number): boolean {
    const now = this.#settings.clock();
    return startMs <= now && now < endMs;
  }
}

function checkAnswer(client: unknown, clientId: string): Standing | undefined {
  if (client === undefined || client === null) return undefined;
  return checkStanding(client, "What the verifier's find() answered", clientId);
}
