import assert from 'node:assert/strict';

import { bcryptVerifier } from '../clients/bcrypt/bcrypt-verifier';
import { checkRecord } from '../clients/bcrypt/check-record';
import type { ClientRecord } from '../clients/client';
import type { ClientStore } from '../clients/store';
import type { MaybePromise } from '../internal/maybe-promise';
import {
  assertSame,
  contractCase,
  HASH,
  HOSTILE_IDS,
  SECRET,
  WHOLE,
  type ContractCase,
} from './contract';

/** Opens a store that has exactly these records. */
type OpenStore = (records: readonly ClientRecord[]) => MaybePromise<ClientStore>;

const REPORTS: ClientRecord = {
  clientId: 'reports',
  secrets: [{ hash: HASH, label: 'first' }],
  scopes: ['reports:read', "it's"],
};

/**
 * Returns the tests for your own store of clients that is read only. Pass each to your test runner.
 *
 * @param open Puts these records into an empty store, and opens it.
 *
 * @example
 * ```ts
 * const open = async (records: readonly ClientRecord[]) => {
 *   await db.collection('clients').deleteMany();
 *   if (records.length > 0) await db.collection('clients').insertMany([...records]);
 *   return createStore(db);
 * };
 * for (const { title, run } of clientStoreContract(open)) test(title, run);
 * ```
 */
export function clientStoreContract(open: OpenStore): readonly ContractCase[] {
  return CASES.map(([title, records, check]) =>
    contractCase(title, async () => {
      const store = await open(records);
      await check(store);
      await store.close?.();
    }),
  );
}

/** The title of a test, the records of its store, and the test. */
type Case = readonly [string, readonly ClientRecord[], (store: ClientStore) => Promise<void>];

const CASES: readonly Case[] = [
  ['finds no client in an empty store', [], (store) => assertAbsent(store, 'reports')],
  [
    'finds a client with every field',
    [REPORTS, WHOLE],
    async (store) => {
      await assertFound(store, REPORTS);
      await assertFound(store, WHOLE);
    },
  ],
  [
    'distinguishes client IDs by case',
    [REPORTS],
    async (store) => {
      for (const id of ['REPORTS', 'Reports', 'reports ']) await assertAbsent(store, id);
    },
  ],
  ...HOSTILE_IDS.map((clientId): Case => [
    `finds the client ${JSON.stringify(clientId.slice(0, 40))}, and no other`,
    [REPORTS, { ...REPORTS, clientId }],
    async (store) => {
      await assertFound(store, { ...REPORTS, clientId });
      await assertAbsent(store, `${clientId.slice(1)}?`);
    },
  ]),
  [
    'does not find a hostile client ID that it does not have',
    [REPORTS],
    async (store) => {
      for (const id of HOSTILE_IDS) await assertAbsent(store, id);
    },
  ],
  [
    'lets bcryptVerifier accept the secret of a client',
    [REPORTS],
    (store) => assertProves(store, 'reports'),
  ],
  [
    'lets bcryptVerifier refuse a disabled client',
    [{ ...REPORTS, disabled: true }],
    (store) => assertProves(store, undefined),
  ],
  [
    'lets bcryptVerifier refuse an expired secret',
    [{ ...REPORTS, secrets: [{ hash: HASH, expiresAt: '2020-01-01T00:00:00.000Z' }] }],
    (store) => assertProves(store, undefined),
  ],
];

/** Asserts that a record is found. Its fields may have the forms that the verifier reads. */
async function assertFound(store: ClientStore, expected: ClientRecord): Promise<void> {
  const found = await store.find(expected.clientId);
  const call = `find(${JSON.stringify(expected.clientId)})`;
  assert.ok(found, `${call} returned nothing, but the client is in the store`);
  assertSame(checkRecord(found, call), checkRecord(expected, 'expected'), `the record of ${call}`);
}

async function assertAbsent(store: ClientStore, clientId: string): Promise<void> {
  const found = await store.find(clientId);
  const message = `find(${JSON.stringify(clientId)}) returned a client that is not in the store`;
  assert.equal(found ?? undefined, undefined, message);
}

/** Asserts which client the right secret proves, and that a wrong one proves none. */
async function assertProves(store: ClientStore, expected: string | undefined): Promise<void> {
  const verifier = bcryptVerifier({ find: (clientId) => store.find(clientId) });
  const idFor = async (clientSecret: string) =>
    (await verifier.verify({ clientId: 'reports', clientSecret }))?.clientId;
  assert.equal(await idFor(SECRET), expected, 'the client that the right secret proves');
  assert.equal(await idFor('wrong'), undefined, 'the client that a wrong secret proves');
  await verifier.close?.();
}
