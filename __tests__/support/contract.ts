import type { ContractCase, StorePair } from 'express-client-jwt/testing';

import type { MaybePromise } from '../../lib/internal/maybe-promise';

/** Tests what our own stores do beyond the contract: they refuse a malformed limit of `list`. */
export function refusesMalformedLimits(open: () => MaybePromise<StorePair>): void {
  test.each([0, -1, 0.5, NaN, '5', 100_001])('list refuses the limit %p', async (limit) => {
    const { store } = await open();
    const list = async () => store.list({ limit: limit as number });
    await expect(list()).rejects.toThrow('list: limit must be a whole number');
  });
}

/** Runs the tests of a contract. */
export function runContract(cases: readonly ContractCase[]): void {
  test.each(cases.map(({ title, run }) => [title, run] as const))('%s', (_title, run) => run());
}
