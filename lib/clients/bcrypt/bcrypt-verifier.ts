import { JwtAuthError } from '../../errors';
import { isPromise } from '../../internal/maybe-promise';
import { clock, optional, resolveOptions, wholeNumber, type Option } from '../../internal/options';
import type { Client, ClientRecord } from '../client';
import type { ClientStore } from '../store';
import type { ClientVerifier, CredentialsRefusal, VerificationContext } from '../verifier';
import { DEFAULT_COST, HIGHEST_COST, LONGEST_SECRET_BYTES, LOWEST_COST } from './bcrypt-hash';
import { createBoundedLookup } from './bounded-lookups';
import type { CheckedRecord, CheckedSecret } from './check-record';
import { BcryptPool, defaultThreads } from './pool';
import { createRecordSource } from './record-source';
import { createRefusalLevel } from './refusal-level';
import { SecretComparer } from './secret-comparer';

/** The options of {@link bcryptVerifier}. */
export interface BcryptVerifierOptions {
  /** The number of threads that hash at once, 1 to 64. Default: cores − 1 (at most 4). */
  readonly threads?: number | undefined;
  /**
   * The number of secrets that may wait for a thread, 1 to 10,000. When it is reached, the response
   * is 503. Default: 64.
   */
  readonly maxQueue?: number | undefined;
  /**
   * The number of accepted secrets to remember as HMACs, and of rejected ones, 1 to 1,000,000.
   * Default: 10,000.
   */
  readonly cacheSize?: number | undefined;
  /**
   * The least work of a rejection, as a bcrypt cost, 4 to 16. Use the cost of your most expensive
   * client, or one more if it has two secrets. Set it for a store without `list`, so that the first
   * rejections after a start take as long as later ones. Default: learned from the clients (10
   * until then).
   */
  readonly refusalCost?: number | undefined;
  /** The time in milliseconds since 1970, read on each use. Default: `Date.now()`. */
  readonly clock?: (() => number) | undefined;
}

/** One row per option. */
export const BCRYPT_VERIFIER_OPTIONS = {
  threads: wholeNumber(defaultThreads(), 1, 64, 'cores − 1, at most 4'),
  maxQueue: wholeNumber(64, 1, 10_000),
  cacheSize: wholeNumber(10_000, 1, 1_000_000),
  refusalCost: optional(wholeNumber(DEFAULT_COST, LOWEST_COST, HIGHEST_COST), 'learned'),
  clock,
} satisfies Record<keyof BcryptVerifierOptions, Option<unknown>>;

/** The longest wait for a thread, in milliseconds. After it the response is 503. */
const MAX_WAIT_MS = 10_000;

/**
 * Creates the standard verifier, for client records with bcrypt hashes from an array or a store.
 * Worker threads hash behind a bounded queue, and results are cached. Every rejection does the same
 * amount of work, so timing does not reveal which clients exist.
 *
 * @param clients An array of records, which is copied, or a store.
 * @throws TypeError if an option or a record of the array is malformed, or two records share an id.
 *
 * @example
 * ```ts
 * const secrets = [{ hash: process.env.REPORTS_HASH }];
 * const fixed = bcryptVerifier([{ clientId: 'reports', secrets, scopes: ['reports:read'] }]);
 * const find = (clientId: string) => db.client.findUnique({ where: { clientId } });
 * const stored = bcryptVerifier({ find });
 * ```
 */
export function bcryptVerifier(
  clients: readonly ClientRecord[] | ClientStore,
  options: BcryptVerifierOptions = {},
): ClientVerifier {
  const settings = resolveOptions(options, 'bcryptVerifier', BCRYPT_VERIFIER_OPTIONS);
  const pool = createPool(settings);
  const comparer = new SecretComparer(pool, settings.cacheSize);
  const level = createRefusalLevel(settings.refusalCost);
  const records = createRecordSource(clients, level.include, settings.clock);
  const lookUp = createBoundedLookup(records.find);

  return {
    verify: async ({ clientId, clientSecret: secret }, context = {}) => {
      const pair = comparer.nameOf(clientId, secret);
      const proven = comparer.provenHash(pair);
      // Before the lookup, so that a flood of made-up IDs does not flood the store.
      if (proven === undefined && pool.isFull) throw new JwtAuthError('ERR_OVERLOADED');
      await records.start();
      const record = await lookUp(clientId, proven !== undefined);
      const { live, dead } = sortSecrets(record, secret, settings.clock());
      const enough = hashesOf(live);
      const decide = (current: CheckedRecord | undefined, matches: readonly string[]) =>
        judge(current, secret, matches, settings.clock(), context);
      if (proven !== undefined && enough.includes(proven)) return decide(record, [proven]);
      // A match in `enough` ends the work. A rejection compares all hashes in one turn.
      const all = [...hashesOf(dead), ...level.decoysFor(clientId, [...live, ...dead])];
      const found = comparer.findMatches({ pair, secret, enough, all }, () => context.signal);
      const matches = isPromise(found) ? await found : found;
      // The client may have changed while its secret was hashed, so it is read again.
      const isOld = isPromise(found) && enough.some((hash) => matches.includes(hash));
      return decide(isOld ? await lookUp(clientId, true) : record, matches);
    },
    find: (clientId) => {
      const record = records.find(clientId);
      return isPromise(record) ? record.then(activeClient) : activeClient(record);
    },
    selfCaching: records.selfCaching,
    ...(records.noteUse && { noteUse: records.noteUse }),
    close: async () => {
      await Promise.all([pool.close(), records.close()]);
    },
  };
}

let isFirstPool = true;

/**
 * Creates a pool. The first one of the process starts a thread ahead of the first login. An app may
 * have many, and a thread takes some megabytes.
 */
function createPool({ threads, maxQueue }: { threads: number; maxQueue: number }): BcryptPool {
  const pool = new BcryptPool({ threads, maxQueue, maxWaitMs: MAX_WAIT_MS });
  if (isFirstPool) pool.startSoon();
  isFirstPool = false;
  return pool;
}

interface SortedSecrets {
  readonly live: readonly CheckedSecret[];
  readonly dead: readonly CheckedSecret[];
}

/** Splits the secrets into live and expired ones. Both lists are empty if no secret can match. */
function sortSecrets(
  record: CheckedRecord | undefined,
  secret: string,
  nowMs: number,
): SortedSecrets {
  if (record === undefined || record.client.disabled || isTooLong(secret))
    return { live: [], dead: [] };
  const isLive = ({ expiresAtMs }: CheckedSecret) => nowMs < expiresAtMs;
  return {
    live: record.secrets.filter(isLive),
    dead: record.secrets.filter((each) => !isLive(each)),
  };
}

const hashesOf = (secrets: readonly CheckedSecret[]) => secrets.map(({ hash }) => hash);

const isTooLong = (secret: string) => Buffer.byteLength(secret) > LONGEST_SECRET_BYTES;

/** Decides by the current record, and explains the result. */
function judge(
  record: CheckedRecord | undefined,
  secret: string,
  matches: readonly string[],
  nowMs: number,
  context: VerificationContext,
): Client | undefined {
  const { live, dead } = sortSecrets(record, secret, nowMs);
  const used = [...live, ...dead].find(({ hash }) => matches.includes(hash));
  const isLive = used !== undefined && live.includes(used);
  const reason = isLive ? undefined : reasonFor(record, secret, used);
  context.explain?.({ reason, secretLabel: used?.label });
  return isLive ? record?.client : undefined;
}

function reasonFor(
  record: CheckedRecord | undefined,
  secret: string,
  used: CheckedSecret | undefined,
): CredentialsRefusal {
  if (record === undefined) return 'unknown_client';
  if (isTooLong(secret)) return 'secret_too_long';
  if (record.client.disabled) return 'disabled_client';
  return used ? 'expired_secret' : 'wrong_secret';
}

function activeClient(record: CheckedRecord | undefined): Client | undefined {
  return record?.client.disabled ? undefined : record?.client;
}
