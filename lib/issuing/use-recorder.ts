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
/** The most secrets whose last note is remembered. */
const MOST_SECRETS = 10_000;

/**
 * Creates a recorder of the uses of secrets. Each secret is noted once an hour at most, after the
 * response. A failure is an outage, and then nothing is noted for ten minutes.
 */
export function createUseRecorder(settings: UseRecorderSettings): UseRecorder {
  const { verifier, verifierTimeoutMs, clock, onOutage } = settings;
  if (verifier.noteUse === undefined) return () => undefined;
  const notedAtMs = new LRUCache<string, number>({ max: MOST_SECRETS });
  let restsUntilMs = -Infinity;
  const message = `noteUse did not settle within ${String(verifierTimeoutMs)} ms.`;

  async function note(clientId: string, label: string | undefined, atMs: number): Promise<void> {
    try {
      const noted = Promise.resolve(verifier.noteUse?.(clientId, label, new Date(atMs)));
      await withTimeout(noted, verifierTimeoutMs, message);
    } catch (cause) {
      restsUntilMs = atMs + REST_MS;
      notedAtMs.clear();
      onOutage({ source: 'uses', cause, clientId });
    }
  }
  return (clientId, label) => {
    const now = clock();
    const key = JSON.stringify([clientId, label]);
    const last = notedAtMs.get(key) ?? -Infinity;
    if (now < restsUntilMs || (last <= now && now < last + EVERY_MS)) return;
    notedAtMs.set(key, now);
    setImmediate(() => void note(clientId, label, now));
  };
}
