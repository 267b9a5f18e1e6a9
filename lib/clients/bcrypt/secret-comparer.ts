import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { MaybePromise } from '../../internal/maybe-promise';
import type { BcryptPool } from './pool';
import type { CompareTask } from './thread';

/**
 * How long a rejected pair is remembered, in milliseconds: long enough for a client that retries.
 * The hashes of real clients change, but those of unknown IDs do not. Remembering forever would
 * reveal real IDs to anyone who repeats one wrong secret.
 */
const REJECTED_MS = 60_000;

/** A secret of a client and the hashes to compare it with. */
export interface ComparerTask extends CompareTask {
  /** The name of the client and the secret: see {@link SecretComparer.nameOf}. */
  readonly pair: string;
}

/** A running comparison, and the signals of the callers that wait for it. */
interface Flight {
  readonly matches: Promise<readonly string[]>;
  readonly signals: (AbortSignal | undefined)[];
}

/**
 * Compares secrets with hashes, and caches the results, which never change. Accepted and rejected
 * pairs have separate caches of `cacheSize` each, so that a flood of wrong secrets cannot evict a
 * right one. Cache keys are HMACs with a key of this process: no secret is kept.
 */
export class SecretComparer {
  readonly #pool: Pick<BcryptPool, 'compare'>;
  readonly #cacheSize: number;
  /**
   * The hash that each accepted pair has matched. Both caches are created with their first entry,
   * because creating one takes milliseconds.
   */
  #proven: LRUCache<string, string> | undefined;
  #rejected: LRUCache<string, true> | undefined;
  readonly #underWay = new Map<string, Flight>();
  readonly #nameOf = createNaming();

  constructor(pool: Pick<BcryptPool, 'compare'>, cacheSize: number) {
    this.#pool = pool;
    this.#cacheSize = cacheSize;
  }

  /** Creates the cache key of a client and a secret; it reveals neither. */
  nameOf(clientId: string, secret: string): string {
    return this.#nameOf(clientId, secret);
  }

  /** Returns the hash that this pair has matched, even if the client no longer has it. */
  provenHash(pair: string): string | undefined {
    return this.#proven?.get(pair);
  }

  /**
   * Finds the first hash of `enough` that matches, or every match in `all` if there is none.
   * Returns a promise only if something must be hashed. It rejects as {@link BcryptPool.compare}
   * does.
   *
   * @param signal Called only if something must be hashed.
   */
  findMatches(
    { pair, secret, enough, all }: ComparerTask,
    signal: () => AbortSignal | undefined = () => undefined,
  ): MaybePromise<readonly string[]> {
    const known = this.#proven?.get(pair);
    if (known !== undefined && enough.includes(known)) return [known];
    const isOpen = (hash: string) =>
      hash !== known && this.#rejected?.get(this.#nameOf(secret, hash)) !== true;
    const knownOfAll = all.filter((hash) => hash === known);
    const open = { pair, secret, enough: enough.filter(isOpen), all: all.filter(isOpen) };
    if (open.enough.length + open.all.length === 0) return knownOfAll;
    return this.#join(open, signal()).then((matches) => [...matches, ...knownOfAll]);
  }

  /** Runs equal concurrent tasks once, for as long as one of their callers waits. */
  #join(task: ComparerTask, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const name = this.#nameOf(task.secret, ...task.enough, '', ...task.all);
    const joined = this.#underWay.get(name);
    if (joined && isWaitedFor(joined.signals)) {
      joined.signals.push(signal);
      return joined.matches;
    }
    const signals = [signal];
    const matches = this.#compare(task, () => isWaitedFor(signals)).finally(() => {
      if (this.#underWay.get(name)?.signals === signals) this.#underWay.delete(name);
    });
    this.#underWay.set(name, { matches, signals });
    return matches;
  }

  async #compare(task: ComparerTask, isWanted: () => boolean): Promise<readonly string[]> {
    const { pair, secret, enough, all } = task;
    const matches = await this.#pool.compare({ secret, enough, all }, isWanted);
    const first = enough.findIndex((hash) => matches.includes(hash));
    const compared = first < 0 ? [...enough, ...all] : enough.slice(0, first + 1);
    for (const hash of compared) {
      if (matches.includes(hash)) this.#keepProven(pair, hash);
      else this.#keepRejected(this.#nameOf(secret, hash));
    }
    return matches;
  }

  #keepProven(pair: string, hash: string): void {
    this.#proven ??= new LRUCache({ max: this.#cacheSize });
    this.#proven.set(pair, hash);
  }

  #keepRejected(name: string): void {
    const max = this.#cacheSize;
    this.#rejected ??= new LRUCache({ max, ttl: REJECTED_MS, ttlResolution: 0 });
    this.#rejected.set(name, true);
  }
}

function isWaitedFor(signals: Flight['signals']): boolean {
  return signals.some((signal) => !signal?.aborted);
}

/**
 * Creates a function that hashes texts into one key. No text contains a space, so different lists
 * have different keys.
 */
function createNaming(): (...texts: readonly string[]) => string {
  const key = createSecretKey(randomBytes(32));
  return (...texts) => createHmac('sha256', key).update(texts.join(' ')).digest('base64url');
}
