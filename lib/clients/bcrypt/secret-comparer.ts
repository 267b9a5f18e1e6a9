import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { MaybePromise } from '../../internal/maybe-promise';
import type { BcryptPool } from './pool';
import type { CompareTask } from './thread';

/**
 * How long a rejected pair is remembered: long enough for a client that tries again and again. The
 * hashes of real clients change and those of unknown ids do not, so remembering for ever would tell
 * which ids are real to anyone who repeats one wrong secret for long.
 */
const REJECTED_MS = 60_000;

/** A secret of a client, to be compared. */
export interface ComparerTask extends CompareTask {
  /** The name of the client and the secret: see {@link SecretComparer.nameOf}. */
  readonly pair: string;
}

/** The work on one task, and the signals of those who wait for it. */
interface Flight {
  readonly matches: Promise<readonly string[]>;
  readonly signals: (AbortSignal | undefined)[];
}

/**
 * Finds the hashes that a secret matches, and works each pair out once: whether it matches never
 * changes. It remembers `cacheSize` proven pairs and as many rejected ones, apart, so that a flood
 * of wrong secrets cannot push out a right one. The names of pairs are HMACs under a key of this
 * process: no secret is kept.
 */
export class SecretComparer {
  readonly #pool: Pick<BcryptPool, 'compare'>;
  /** The hash that a client's secret has matched. */
  readonly #proven: LRUCache<string, string>;
  readonly #rejected: LRUCache<string, true>;
  readonly #underWay = new Map<string, Flight>();
  readonly #nameOf = createNaming();

  constructor(pool: Pick<BcryptPool, 'compare'>, cacheSize: number) {
    this.#pool = pool;
    this.#proven = new LRUCache({ max: cacheSize });
    this.#rejected = new LRUCache({ max: cacheSize, ttl: REJECTED_MS, ttlResolution: 0 });
  }

  /** Names a client and a secret; the name reveals neither. */
  nameOf(clientId: string, secret: string): string {
    return this.#nameOf(clientId, secret);
  }

  /** The hash that the secret of this pair has matched, whether or not it still counts. */
  provenHash(pair: string): string | undefined {
    return this.#proven.get(pair);
  }

  /**
   * The first hash of `enough` that matches; if there is none, those of `all` that match. A promise
   * only if something must be hashed; it rejects as {@link BcryptPool.compare} does.
   *
   * @param signal Is asked for only if something must be hashed.
   */
  findMatches(
    { pair, secret, enough, all }: ComparerTask,
    signal: () => AbortSignal | undefined = () => undefined,
  ): MaybePromise<readonly string[]> {
    const known = this.#proven.get(pair);
    if (known !== undefined && enough.includes(known)) return [known];
    const isOpen = (hash: string) =>
      hash !== known && this.#rejected.get(this.#nameOf(secret, hash)) !== true;
    const knownOfAll = all.filter((hash) => hash === known);
    const open = { pair, secret, enough: enough.filter(isOpen), all: all.filter(isOpen) };
    if (open.enough.length + open.all.length === 0) return knownOfAll;
    return this.#join(open, signal()).then((matches) => [...matches, ...knownOfAll]);
  }

  /** Equal tasks at one time are worked out once, as long as one of those who asked still waits. */
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
      if (matches.includes(hash)) this.#proven.set(pair, hash);
      else this.#rejected.set(this.#nameOf(secret, hash), true);
    }
    return matches;
  }
}

function isWaitedFor(signals: Flight['signals']): boolean {
  return signals.some((signal) => !signal?.aborted);
}

/** A name for texts that reveals none of them. None has a space in it, so no two cases share one. */
function createNaming(): (...texts: readonly string[]) => string {
  const key = createSecretKey(randomBytes(32));
  return (...texts) => createHmac('sha256', key).update(texts.join(' ')).digest('base64url');
}
