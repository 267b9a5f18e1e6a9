import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

import { HIGHEST_COST, LOWEST_COST, DEFAULT_COST } from './bcrypt-hash';
import type { CheckedRecord, CheckedSecret } from './check-record';

/**
 * The common amount of work of every rejection. Timing then does not reveal whether a client
 * exists, how many secrets it has, or how expensive they are.
 */
export interface RefusalLevel {
  /** Raises the level to the work of rejecting a secret of this record. */
  readonly include: (record: Pick<CheckedRecord, 'secrets'>) => void;
  /** Creates dummy hashes that bring the work of these secrets up to the common level. */
  decoysFor(clientId: string, secrets: readonly CheckedSecret[]): readonly string[];
}

/** bcrypt does 2^n rounds for a hash of cost n. */
const workOf = (secrets: readonly CheckedSecret[]) =>
  secrets.reduce((sum, { cost }) => sum + 2 ** cost, 0);

/**
 * Creates a refusal level. Before the first record, it is one hash of the default cost.
 *
 * @param leastCost The minimum level, as a bcrypt cost. Default: none.
 */
export function createRefusalLevel(leastCost?: number): RefusalLevel {
  const key = createSecretKey(randomBytes(32));
  let highest = leastCost === undefined ? 0 : 2 ** leastCost;

  /**
   * Creates a dummy hash. Each ID has its own, like real clients. With a shared one, a secret
   * rejected for one unknown ID would be rejected quickly for the next. That would reveal unknown
   * IDs.
   */
  function decoyHash(clientId: string, cost: number, index: number): string {
    const noise = createHmac('sha512', key)
      .update(`${String(index)} ${clientId}`)
      .digest('base64')
      .replaceAll('+', '.');
    return `$2b$${String(cost).padStart(2, '0')}$${noise.slice(0, 53)}`;
  }

  return {
    include: ({ secrets }) => {
      highest = Math.max(highest, workOf(secrets));
    },
    decoysFor: (clientId, secrets) => {
      const decoys: string[] = [];
      let missing = (highest || 2 ** DEFAULT_COST) - workOf(secrets);
      while (missing >= 2 ** LOWEST_COST) {
        const cost = Math.min(HIGHEST_COST, Math.floor(Math.log2(missing)));
        decoys.push(decoyHash(clientId, cost, decoys.length));
        missing -= 2 ** cost;
      }
      return decoys;
    },
  };
}
