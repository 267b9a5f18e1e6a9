import { availableParallelism } from 'node:os';

import { isPromise } from '../internal/answer';
import { functionOr, integerOr, readOptions } from '../internal/assert';
import { BcryptPool } from './bcrypt-pool';
import type { CheckedSecret, Client, ClientRecord } from './client';
import { createRefusalLevel } from './decoy';
import { createSecretComparer, LONGEST_SECRET_BYTES, type SecretComparer } from './hashing';
import { createRecordSource, type CheckedRecord, type ClientStore } from './records';
import type { ClientVerifier, CredentialsRefusal } from './verifier';

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
  const pool = new BcryptPool({ threads, maxQueue });
  const comparer = createSecretComparer(pool, cacheSize);
  const refusals = createRefusalLevel(comparer);
  const records = createRecordSource(clients, (record) => {
    refusals.include(record.secrets);
  });
  const isLive = (secret: CheckedSecret) => clock() < secret.expiresAtMs;

  return {
    verify: async ({ clientId, clientSecret }, { signal, explain } = {}) => {
      const record = await records.find(clientId);
      const isTooLong = Buffer.byteLength(clientSecret) > LONGEST_SECRET_BYTES;
      const mayPass = record !== undefined && !record.client.disabled && !isTooLong;
      const { used, compared } = await findUsed(mayPass ? record.secrets : [], clientSecret, { comparer, isLive, signal });
      if (mayPass && used && isLive(used)) {
        explain?.({ secretLabel: used.label });
        return record.client;
      }
      await refusals.fillUp(clientId, clientSecret, compared, signal);
      explain?.({ reason: reasonFor(record, isTooLong, used), secretLabel: used?.label });
      return undefined;
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

interface Comparison {
  readonly comparer: SecretComparer;
  readonly isLive: (secret: CheckedSecret) => boolean;
  readonly signal: AbortSignal | undefined;
}

/** The live secret that was sent, or else an expired one; and what had to be compared to find out. */
async function findUsed(secrets: readonly CheckedSecret[], sent: string, { comparer, isLive, signal }: Comparison) {
  // Facts already known are answered before the queue: a flood of wrong secrets delays no client seen before.
  const known = secrets.find((secret) => isLive(secret) && comparer.isProven(sent, secret.hash));
  if (known) return { used: known, compared: [] };
  const compared: CheckedSecret[] = [];
  let expired: CheckedSecret | undefined;
  for (const secret of secrets) {
    compared.push(secret);
    if (!(await comparer.matches(sent, secret.hash, signal))) continue;
    if (isLive(secret)) return { used: secret, compared };
    expired = secret;
  }
  return { used: expired, compared };
}

function activeClient(record: CheckedRecord | undefined): Client | undefined {
  return record?.client.disabled ? undefined : record?.client;
}

function resolve(
  options: BcryptVerifierOptions,
): Required<{ [K in keyof BcryptVerifierOptions]: NonNullable<BcryptVerifierOptions[K]> }> {
  const given = readOptions(options, 'bcryptVerifier', ['threads', 'maxQueue', 'cacheSize', 'clock']);
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

function reasonFor(record: CheckedRecord | undefined, isTooLong: boolean, used: CheckedSecret | undefined): CredentialsRefusal {
  if (record === undefined) return 'unknown_client';
  if (isTooLong) return 'secret_too_long';
  if (record.client.disabled) return 'disabled_client';
  return used ? 'expired_secret' : 'wrong_secret';
}
