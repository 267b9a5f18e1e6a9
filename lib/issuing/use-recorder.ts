import { LRUCache } from 'lru-cache';

import type { ClientVerifier } from '../clients/verifier';
import type { Outage } from '../events';
import { withTimeout } from '../internal/timeout';

/** Notes that a secret was used, later and in the background. Never throws. */
export type UseRecorder = (clientId: string, label: string | undefined) => void;

/** The settings of {@link createUseRecorder}. */
export interface UseRecorderSettings {
  readonly verifier: Pick<ClientVerifier, 'noteUse'>;
  /** The time limit of one note, in milliseconds. */
  readonly verifierTimeoutMs: number;
  readonly clock: () => number;
  readonly onOutage: (outage: Outage) => void;
}

/** How often the use of one secret is noted by one process, in milliseconds. */
const EVERY_MS = 3_600_000;
/** How long nothing is noted after a failure, in milliseconds. */
const REST_MS = 600_000;
/** The most secrets whose last note is remembered, or that wait for their note. */
const MOST_SECRETS = 10_000;
/** The most notes under way. */
const MOST_NOTES = 16;

interface Use {
  readonly clientId: string;
  readonly label: string | undefined;
  readonly atMs: number;
}

/**
 * Creates a recorder of the uses of secrets. Each secret is noted once an hour at most, and a few at
 * a time. A failure is one outage, and then nothing is noted for ten minutes.
 */
export function createUseRecorder(settings: UseRecorderSettings): UseRecorder {
  const { verifier, verifierTimeoutMs, clock, onOutage } = settings;
  if (verifier.noteUse === undefined) return () => undefined;
  const notedAtMs = new LRUCache<string, number>({ max: MOST_SECRETS });
  const message = `noteUse did not settle within ${String(verifierTimeoutMs)} ms.`;
  let restsUntilMs = -Infinity;
  let waiting: Use[] = [];
  let underWay = 0;

  async function note({ clientId, label, atMs }: Use): Promise<void> {
    try {
      const noted = Promise.resolve(verifier.noteUse?.(clientId, label, new Date(atMs)));
      await withTimeout(noted, verifierTimeoutMs, message);
    } catch (cause) {
      if (atMs < restsUntilMs) return;
      restsUntilMs = atMs + REST_MS;
      waiting = [];
      notedAtMs.clear();
      onOutage({ source: 'uses', cause, clientId });
    }
  }
  async function work(): Promise<void> {
    for (let use = waiting.shift(); use !== undefined; use = waiting.shift()) await note(use);
    underWay -= 1;
  }
  return (clientId, label) => {
    const atMs = clock();
    const key = [clientId, typeof label, label].join('\n');
    const last = notedAtMs.get(key) ?? -Infinity;
    const isNoted = last <= atMs && atMs < last + EVERY_MS;
    if (atMs < restsUntilMs || isNoted || waiting.length >= MOST_SECRETS) return;
    notedAtMs.set(key, atMs);
    waiting.push({ clientId, label, atMs });
    if (underWay >= MOST_NOTES) return;
    underWay += 1;
    setImmediate(() => void work());
  };
}
