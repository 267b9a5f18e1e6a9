import assert from 'node:assert/strict';

import { clock } from '../internal/options';
import type { MaybePromise } from '../internal/maybe-promise';
import type { RevocationStore } from '../tokens/revocation-store';
import { contractCase, type ContractCase } from './contract';

/** A store of revoked tokens, and a second one with the same data, as another process has. */
export interface RevocationPair {
  /** The store under test. */
  readonly store: RevocationStore;
  /** Default: the same store. */
  readonly other?: RevocationStore;
}

const HOSTILE_TOKEN_IDS = [
  '__proto__',
  'constructor',
  '*',
  'a\r\nFLUSHALL\r\n',
  '🚀',
  'x'.repeat(1000),
];

/**
 * Returns the tests for your own store of revoked tokens. Pass each to your test runner.
 *
 * @param open Opens an empty store.
 *
 * @example
 * ```ts
 * const open = () => ({ store: createRevocations(emptyTable) });
 * for (const { title, run } of revocationStoreContract(open)) test(title, run);
 * ```
 */
export function revocationStoreContract(
  open: () => MaybePromise<RevocationPair>,
): readonly ContractCase[] {
  const withStore = (
    title: string,
    check: (store: RevocationStore, other: RevocationStore) => Promise<void>,
  ): ContractCase =>
    contractCase(title, async () => {
      const { store, other = store } = await open();
      await check(store, other);
    });
  return [
    withStore(
      'finds a revoked token at once in both stores, and no other',
      async (store, other) => {
        assert.equal(await store.isRevoked('a'), false);
        await store.revoke('a', inAnHour());
        assert.deepEqual([await store.isRevoked('a'), await other.isRevoked('a')], [true, true]);
        for (const jti of ['A', 'a ', '']) assert.equal(await store.isRevoked(jti), false);
      },
    ),
    withStore('accepts a second revocation of one token', async (store) => {
      await store.revoke('a', inAnHour());
      await store.revoke('a', inAnHour());
      assert.equal(await store.isRevoked('a'), true);
    }),
    ...HOSTILE_TOKEN_IDS.map((jti) =>
      withStore(`accepts the jti ${JSON.stringify(jti.slice(0, 40))}`, async (store) => {
        assert.equal(await store.isRevoked(jti), false);
        await store.revoke(jti, inAnHour());
        assert.equal(await store.isRevoked(jti), true);
        assert.equal(await store.isRevoked('other'), false);
      }),
    ),
  ];
}

const inAnHour = (): Date => new Date(clock.parse(undefined, 'clock')() + 3_600_000);
