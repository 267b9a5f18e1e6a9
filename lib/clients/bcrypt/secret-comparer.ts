import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { BcryptPool } from './pool';
import type { CompareTask } from './thread';

/**
 * How long a refused pair is remembered: long enough for a client that tries again and again. The hashes of real
 * clients change and those of unknown ids do not, so that for ever would tell, to whoever repeats one wrong secret for
 * long, which ids are real.
 */
const REFUSED_MS = 60_000;

/** The work on one question, and the signals of those who wait for it. */
interface Flight {
  readonly matches: Promise<readonly string[]>;
  readonly signals: (AbortSignal | undefined)[];
}

/**
 * Finds the hashes that a secret matches, each pair once: that it matches, or does not, never changes. It remembers
 * `cacheSize` proven pairs and as many refused ones, apart, so that a flood of wrong secrets cannot push out a right
 * one. Pairs are kept as HMACs under a key of this process: no secret stays.
 */
export class SecretComparer {
  readonly #pool: Pick<BcryptPool, 'compare'>;
  readonly #proven: LRUCache<string, true>;
  readonly #refused: LRUCache<string, true>;
  readonly #underWay = new Map<string, Flight>();
  readonly #nameOf = createNaming();

  constructor(pool: Pick<BcryptPool, 'compare'>, cacheSize: number) {
    this.#pool = pool;
    this.#proven = new LRUCache({ max: cacheSize });
    this.#refused = new LRUCache({ max: cacheSize, ttl: REFUSED_MS, ttlResolution: 0 });
  }

  /**
   * The first of the hashes in `enough` that matches, and where there is none, those of `all` that match. Rejects as
   * {@link BcryptPool.compare} does; what is known already is answered without it.
   */
  async findMatches(
    { secret, enough, all }: CompareTask,
    signal?: AbortSignal,
  ): Promise<readonly string[]> {
    const isProven = (hash: string) => this.#proven.get(this.#nameOf(secret, hash)) === true;
    const isOpen = (hash: string) => this.#refused.get(this.#nameOf(secret, hash)) !== true;
    const known = enough.find(isProven);
    if (known !== undefined) return [known];
    const knownOfAll = all.filter(isProven);
    const open = {
      secret,
      enough: enough.filter(isOpen),
      all: all.filter((hash) => !knownOfAll.includes(hash) && isOpen(hash)),
    };
    if (open.enough.length + open.all.length === 0) return knownOfAll;
    return [...(await this.#join(open, signal)), ...knownOfAll];
  }

  /** Equal questions at one time are worked out once, as long as one of the askers waits. */
  #join(task: CompareTask, signal: AbortSignal | undefined): Promise<readonly string[]> {
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

  async #compare(task: CompareTask, isWanted: () => boolean): Promise<readonly string[]> {
    const matches = await this.#pool.compare(task, isWanted);
    const enough = task.enough.findIndex((hash) => matches.includes(hash));
    const compared = enough < 0 ? [...task.enough, ...task.all] : task.enough.slice(0, enough + 1);
    for (const hash of compared)
      (matches.includes(hash) ? this.#proven : this.#refused).set(
        this.#nameOf(task.secret, hash),
        true,
      );
    return matches;
  }
}

function isWaitedFor(signals: Flight['signals']): boolean {
  return signals.some((signal) => !signal?.aborted);
}

/** A name for a secret with hashes, by which neither can be found out. A hash has no space in it, so no two cases share one. */
function createNaming(): (...texts: readonly string[]) => string {
  const key = createSecretKey(randomBytes(32));
  return (...texts) => createHmac('sha256', key).update(texts.join(' ')).digest('base64url');
}
