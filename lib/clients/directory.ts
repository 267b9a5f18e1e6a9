import { LRUCache } from 'lru-cache';

import { isPromise, type Answer } from '../internal/answer';
import { withTimeout } from '../internal/timeout';
import { checkStanding, type Standing } from './client';
import type { ClientVerifier } from './verifier';

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

/** Whether clients still stand as they did when they got their tokens. */
export interface Directory {
  /** The client's standing; undefined where it is gone. Rejects or throws where that could not be found out. */
  standingOf(clientId: string): Answer<Standing | undefined>;
}

interface Entry {
  readonly standing: Standing | undefined;
  readonly askedAtMs: number;
  /** Until then the store is not asked again. */
  freshUntilMs: number;
}

/** Only ids out of signed tokens come here, so this many are many. */
const MOST_CLIENTS = 10_000;
/** After a failure the store is left alone this long, so that a hanging one does not hold up every request. */
const RETRY_MS = 1000;

/**
 * A directory over a verifier's `find`: one question in flight per client, and the last answer at hand where the
 * store fails. What `find` answers without a promise is not kept: asking again is as cheap.
 */
export function createDirectory(find: NonNullable<ClientVerifier['find']>, settings: DirectorySettings): Directory {
  const { clientCacheSeconds, maxStaleSeconds, timeoutMs, clock, onOutage } = settings;
  const entries = new LRUCache<string, Entry>({ max: MOST_CLIENTS });
  const underWay = new Map<string, Promise<Standing | undefined>>();

  function remember(clientId: string, standing: Standing | undefined): Standing | undefined {
    const now = clock();
    entries.set(clientId, { standing, askedAtMs: now, freshUntilMs: now + clientCacheSeconds * 1000 });
    return standing;
  }

  /** The last answer, where it may still serve; otherwise the failure is thrown on. */
  function fallBack(clientId: string, cause: unknown): Standing | undefined {
    onOutage(cause, clientId);
    const last = entries.get(clientId);
    const now = clock();
    if (last === undefined || !isBetween(last.askedAtMs, now, last.askedAtMs + maxStaleSeconds * 1000)) throw cause;
    last.freshUntilMs = now + RETRY_MS;
    return last.standing;
  }

  function askLater(clientId: string, answer: PromiseLike<unknown>): Promise<Standing | undefined> {
    const flight = withTimeout(answer, timeoutMs, 'The client store did not answer in time.')
      .then((client) => remember(clientId, checkAnswer(client, clientId)))
      .catch((cause: unknown) => fallBack(clientId, cause))
      .finally(() => underWay.delete(clientId));
    underWay.set(clientId, flight);
    return flight;
  }

  return {
    standingOf: (clientId) => {
      const entry = entries.get(clientId);
      if (entry && isBetween(entry.askedAtMs, clock(), entry.freshUntilMs)) return entry.standing;
      const flight = underWay.get(clientId);
      if (flight !== undefined) return flight;
      try {
        const answer = find(clientId);
        return isPromise(answer) ? askLater(clientId, answer) : checkAnswer(answer, clientId);
      } catch (cause) {
        return fallBack(clientId, cause);
      }
    },
  };
}

function checkAnswer(client: unknown, clientId: string): Standing | undefined {
  if (client === undefined || client === null) return undefined;
  return checkStanding(client, "What the verifier's find() answered", clientId);
}

/** Not before the start either: the clock of a machine may be set back. */
function isBetween(start: number, now: number, end: number): boolean {
  return start <= now && now < end;
}
