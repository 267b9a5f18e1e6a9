import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

import { HIGHEST_COST, LOWEST_COST, DEFAULT_COST } from './bcrypt-hash';
import type { CheckedRecord, CheckedSecret } from './check-record';

/**
 * Brings every refusal up to the same work, so that timing does not reveal whether a client exists,
 * how many secrets it has, or how expensive they are.
 */
export interface RefusalLevel {
  /** Raises the level to the work of a refusal by the secrets of this record. */
  readonly include: (record: Pick<CheckedRecord, 'secrets'>) => void;
  /** Dummy hashes that bring the work of these secrets up to the common level. */
  decoysFor(clientId: string, secrets: readonly CheckedSecret[]): readonly string[];
}

/** bcrypt does 2^n rounds for a hash of cost n. */
const workOf = (secrets: readonly CheckedSecret[]) =>
  secrets.reduce((sum, { cost }) => sum + 2 ** cost, 0);

/**
 * Creates a refusal level. Until it has seen a secret, it is one hash of the default cost.
 *
 * @param leastCost The least level, as a bcrypt cost. Default: none.
 */
export function createRefusalLevel(leastCost?: number): RefusalLevel {
  const key = createSecretKey(randomBytes(32));
  let highest = leastCost === undefined ? 0 : 2 ** leastCost;

  /**
   * A dummy hash. Each id has its own, as real clients have: with one for all, a secret rejected for
   * one unknown id would be rejected quickly for the next, and only for unknown ones.
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
