import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { assertThat, integerOr } from '../internal/assert';
import { BcryptPool } from './bcrypt-pool';
import { HIGHEST_COST, LOWEST_COST } from './client';

/** bcrypt looks at the first 72 bytes only: two longer secrets that begin alike would be the same. */
export const LONGEST_SECRET_BYTES = 72;

/** The cost of a hash where nothing else is said: 2^10 rounds. */
export const DEFAULT_COST = 10;

/** Compares secrets with hashes, each pair once: that a secret matches a hash, or does not, never changes. */
export interface SecretComparer {
  /** Whether this pair is already known to match. */
  isProven(secret: string, hash: string): boolean;
  /** Whether this pair matches. Rejects as {@link BcryptPool.compare} does. */
  matches(secret: string, hash: string, signal?: AbortSignal): Promise<boolean>;
}

/**
 * A comparer with a memory of `cacheSize` proven pairs and as many refused ones. They are apart, so that a flood of
 * wrong secrets cannot push out a right one. Pairs are kept as HMACs under a key of this process: no secret stays.
 */
export function createSecretComparer(pool: Pick<BcryptPool, 'compare'>, cacheSize: number): SecretComparer {
  const key = createSecretKey(randomBytes(32));
  const proven = new LRUCache<string, true>({ max: cacheSize });
  const refused = new LRUCache<string, true>({ max: cacheSize });
  const underWay = new Map<string, { answer: Promise<boolean>; signals: (AbortSignal | undefined)[] }>();

  // A hash has no space in it, so the two cannot be cut in another place.
  const nameOf = (secret: string, hash: string) => createHmac('sha256', key).update(`${hash} ${secret}`).digest('base64url');

  function ask(name: string, secret: string, hash: string, signal: AbortSignal | undefined): Promise<boolean> {
    const signals = [signal];
    const isWanted = () => signals.some((each) => !each?.aborted);
    const joined = underWay.get(name);
    if (joined?.signals.some((each) => !each?.aborted)) {
      joined.signals.push(signal);
      return joined.answer;
    }
    const answer = pool
      .compare(secret, hash, isWanted)
      .then((isMatch) => {
        (isMatch ? proven : refused).set(name, true);
        return isMatch;
      })
      .finally(() => {
        if (underWay.get(name)?.signals === signals) underWay.delete(name);
      });
    underWay.set(name, { answer, signals });
    return answer;
  }

  return {
    isProven: (secret, hash) => proven.get(nameOf(secret, hash)) === true,
    matches: async (secret, hash, signal) => {
      const name = nameOf(secret, hash);
      if (proven.get(name)) return true;
      if (refused.get(name)) return false;
      return ask(name, secret, hash, signal);
    },
  };
}

/**
 * The bcrypt hash of a new client secret, worked out in a thread of its own.
 *
 * @param secret 1 to 72 visible ASCII characters: what a header can carry and bcrypt can tell apart.
 * @param options.cost bcrypt's cost, 4 to 16; each step doubles the time. Default: 10.
 * @throws TypeError (as a rejection) where the secret or the cost is out of bounds.
 */
export async function hashSecret(secret: string, options: { readonly cost?: number | undefined } = {}): Promise<string> {
  const fits = typeof secret === 'string' && /^[\x21-\x7e]+$/.test(secret) && secret.length <= LONGEST_SECRET_BYTES;
  assertThat(fits, 'secret', '1 to 72 visible ASCII characters', secret);
  const cost = integerOr(DEFAULT_COST, options.cost, 'cost', LOWEST_COST, HIGHEST_COST);
  const pool = new BcryptPool({ threads: 1, maxQueue: 1 });
  try {
    return await pool.hash(secret, cost);
  } finally {
    await pool.close();
  }
}
