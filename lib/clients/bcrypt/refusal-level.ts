import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

import { HIGHEST_COST, LOWEST_COST, DEFAULT_COST } from './bcrypt-hash';
import type { CheckedSecret } from './check-record';

/**
 * Makes every refusal cost the same, so that the clock does not tell whether there is such a client, how many
 * secrets it has, or how dear they are.
 */
export interface RefusalLevel {
  /** Raises the level to what a refusal by these secrets costs. */
  include(secrets: readonly CheckedSecret[]): void;
  /** Hashes that match nothing, and cost what these secrets lack to the level. */
  decoysFor(clientId: string, secrets: readonly CheckedSecret[]): readonly string[];
}

/** bcrypt's work for a hash of cost n is 2^n rounds. */
const workOf = (secrets: readonly CheckedSecret[]) =>
  secrets.reduce((sum, { cost }) => sum + 2 ** cost, 0);

/** Until it has seen a secret, its level is one hash of the default cost. */
export function createRefusalLevel(): RefusalLevel {
  const key = createSecretKey(randomBytes(32));
  let highest = 0;

  /**
   * A hash that matches nothing. Each id has its own, as real clients have: with one for all, a secret remembered as
   * wrong for one unknown id would be refused quickly for the next, and only for unknown ones.
   */
  function decoyHash(clientId: string, cost: number, index: number): string {
    const noise = createHmac('sha512', key)
      .update(`${String(index)} ${clientId}`)
      .digest('base64')
      .replaceAll('+', '.');
    return `$2b$${String(cost).padStart(2, '0')}$${noise.slice(0, 53)}`;
  }

  return {
    include: (secrets) => {
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
