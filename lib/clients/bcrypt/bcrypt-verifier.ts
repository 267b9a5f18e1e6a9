import { availableParallelism } from 'node:os';

import type { ClientStore } from '../store';
import { createRecordSource } from './record-source';
import { LONGEST_SECRET_BYTES } from './bcrypt-hash';
import { isPromise } from '../../internal/maybe-promise';
import { functionOr, integerOr, readOptions } from '../../internal/assert';
import { BcryptPool } from './pool';
import type { Client, ClientRecord } from '../client';
import { createRefusalLevel } from './refusal-level';
import { SecretComparer } from './secret-comparer';
import type { CheckedRecord, CheckedSecret } from './check-record';
import type { ClientVerifier, CredentialsRefusal } from '../verifier';

/** The options of {@link bcryptVerifier}. */
export interface BcryptVerifierOptions {
  /** How many threads hash at once, 1 to 64. Default: one less than the machine has cores, and at most 4. */
  readonly threads?: number | undefined;
  /** How many secrets may wait for a thread before the answer is 503, 1 to 10,000. Default: 64. */
  readonly maxQueue?: number | undefined;
  /** How many proven secrets are remembered, and how many refused ones, 1 to 1,000,000. Default: 10,000. */
  readonly cacheSize?: number | undefined;
  /** The time in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** Who has waited longer for a thread is told to come again: that is an overload, not yet a verifier that hangs. */
const MAX_WAIT_MS = 10_000;

/**
 * The standard verifier: client records with bcrypt hashes, out of an array or a store. Hashing runs in worker
 * threads behind a queue with an end; what has been worked out once is remembered. Every refusal costs the same
 * work, whether or not there is such a client.
 *
 * @param clients An array of records, which is copied, or a store.
 * @throws TypeError where an option or a record of the array is malformed, or two records have one id.
 *
 * @example
 * ```ts
 * bcryptVerifier([{ clientId: 'reports', secrets: [{ hash: '$2b$10$…' }], scopes: ['reports:read'] }]);
 * bcryptVerifier({ find: (clientId) => db.client.findUnique({ where: { clientId } }) });
 * ```
 */
export function bcryptVerifier(
  clients: readonly ClientRecord[] | ClientStore,
  options: BcryptVerifierOptions = {},
): ClientVerifier {
  const { threads, maxQueue, cacheSize, clock } = resolve(options);
  const pool = new BcryptPool({ threads, maxQueue, maxWaitMs: MAX_WAIT_MS });
  const comparer = new SecretComparer(pool, cacheSize);
  const level = createRefusalLevel();
  const records = createRecordSource(clients, (record) => {
    level.include(record.secrets);
  });

  return {
    verify: async ({ clientId, clientSecret }, { signal, explain } = {}) => {
      const record = await records.find(clientId);
      const isTooLong = Buffer.byteLength(clientSecret) > LONGEST_SECRET_BYTES;
      const secrets =
        record === undefined || record.client.disabled || isTooLong ? [] : record.secrets;
      const { live, expired } = partition(secrets, clock());
      // A live secret that matches ends the work; everything else does all of it, in one turn in the queue.
      const all = [...hashesOf(expired), ...level.decoysFor(clientId, secrets)];
      const matches = await comparer.findMatches(
        { secret: clientSecret, enough: hashesOf(live), all },
        signal,
      );

      const used = [...live, ...expired].find(({ hash }) => matches.includes(hash));
      const isProven = used !== undefined && live.includes(used);
      explain?.({
        reason: isProven ? undefined : reasonFor(record, isTooLong, used),
        secretLabel: used?.label,
      });
      return isProven ? record?.client : undefined;
    },
    find: (clientId) => {
      const record = records.find(clientId);
      return isPromise(record) ? record.then(activeClient) : activeClient(record);
    },
    close: async () => {
      await Promise.all([pool.close(), records.close()]);
    },
  };
}

function partition(secrets: readonly CheckedSecret[], nowMs: number) {
  const isLive = ({ expiresAtMs }: CheckedSecret) => nowMs < expiresAtMs;
  return { live: secrets.filter(isLive), expired: secrets.filter((secret) => !isLive(secret)) };
}

const hashesOf = (secrets: readonly CheckedSecret[]) => secrets.map(({ hash }) => hash);

function activeClient(record: CheckedRecord | undefined): Client | undefined {
  return record?.client.disabled ? undefined : record?.client;
}

function resolve(
  options: BcryptVerifierOptions,
): Required<{ [K in keyof BcryptVerifierOptions]: NonNullable<BcryptVerifierOptions[K]> }> {
  const given = readOptions(options, 'bcryptVerifier', [
    'threads',
    'maxQueue',
    'cacheSize',
    'clock',
  ]);
  return {
    threads: integerOr(defaultThreads(), given.threads, 'bcryptVerifier: threads', 1, 64),
    maxQueue: integerOr(64, given.maxQueue, 'bcryptVerifier: maxQueue', 1, 10_000),
    cacheSize: integerOr(10_000, given.cacheSize, 'bcryptVerifier: cacheSize', 1, 1_000_000),
    clock: functionOr(Date.now, given.clock, 'bcryptVerifier: clock'),
  };
}

/** A core stays free for the event loop. */
function defaultThreads(): number {
  return Math.min(4, Math.max(1, availableParallelism() - 1));
}

function reasonFor(
  record: CheckedRecord | undefined,
  isTooLong: boolean,
  used: CheckedSecret | undefined,
): CredentialsRefusal {
  if (record === undefined) return 'unknown_client';
  if (isTooLong) return 'secret_too_long';
  if (record.client.disabled) return 'disabled_client';
  return used ? 'expired_secret' : 'wrong_secret';
}
