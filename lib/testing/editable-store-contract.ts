import assert from 'node:assert/strict';

import type { ClientRecord } from '../clients/client';
import type { ChangeRecord, EditableClientStore, ListOptions } from '../clients/store';
import type { MaybePromise } from '../internal/maybe-promise';
import { clientStoreContract } from './client-store-contract';
import { assertSame, contractCase, HASH, HOSTILE_IDS, WHOLE, type ContractCase } from './contract';

/** A store of clients, and a second one with the same data, as another process has. */
export interface StorePair {
  /** The store under test. */
  readonly store: EditableClientStore;
  /** Default: the same store. */
  readonly other?: EditableClientStore;
}

const reports = (changes: Partial<ClientRecord> = {}): ClientRecord => ({
  clientId: 'reports',
  secrets: [{ hash: HASH }],
  scopes: ['reports:read'],
  ...changes,
});

/** The number of changes that run at the same time. */
const MANY = 12;

/**
 * Returns the tests for your own store of clients that can be changed: those of
 * {@link clientStoreContract}, and more. Pass each to your test runner.
 *
 * @param open Opens an empty store.
 *
 * @example
 * ```ts
 * const open = async () => {
 *   await pool.query('TRUNCATE api_clients');
 *   return { store: createStore(pool), other: createStore(secondPool) };
 * };
 * for (const { title, run } of editableStoreContract(open)) test(title, run);
 * ```
 */
export function editableStoreContract(
  open: () => MaybePromise<StorePair>,
): readonly ContractCase[] {
  const openWith = async (records: readonly ClientRecord[]): Promise<EditableClientStore> => {
    const { store } = await open();
    for (const record of records) await add(store, record);
    return store;
  };
  const cases: readonly [string, (pair: Required<StorePair>) => Promise<void>][] = [
    ['returns a client with every field as it was stored', keepsEveryField],
    ['stores a client with any client ID', storesAnyId],
    ['lists clients by code units, after the given ID and up to the limit', listsInOrder],
    ['updates and removes a client', updatesAndRemoves],
    ['rejects a malformed or renamed client, and keeps the old one', rejectsMalformed],
    ['rejects with what the change throws, and keeps the client', rejectsWhatIsThrown],
    ['loses no change if many concurrent updates change one client', losesNoChange],
    ['loses no client if many are added at once', losesNoClient],
    ['adds one of two clients with the same ID', addsOneTwin],
    ['keeps the latest use of each secret, if it notes uses', keepsLatestUses],
  ];
  const own = cases.map(([title, check]) =>
    contractCase(title, async () => {
      const { store, other = store } = await open();
      await check({ store, other });
    }),
  );
  return [...clientStoreContract(openWith), ...own];
}

const add = (store: EditableClientStore, record: ClientRecord) =>
  store.update(record.clientId, () => record);

const idsOf = async (store: EditableClientStore, options?: ListOptions) =>
  (await store.list(options)).map(({ clientId }) => clientId);

async function keepsEveryField({ store, other }: Required<StorePair>): Promise<void> {
  assert.deepEqual(await idsOf(store), []);
  await add(store, WHOLE);
  assertSame(await store.find('whole'), WHOLE, 'the record');
  assertSame(await other.find('whole'), WHOLE, 'the record in the other store');
  assertSame(await other.list(), [WHOLE], 'the list');
}

async function storesAnyId({ store }: Required<StorePair>): Promise<void> {
  for (const clientId of HOSTILE_IDS) await add(store, reports({ clientId }));
  assert.deepEqual(new Set(await idsOf(store)), new Set(HOSTILE_IDS));
}

async function listsInOrder({ store }: Required<StorePair>): Promise<void> {
  for (const clientId of ['b', 'a', 'B', 'c', '10', '9']) await add(store, reports({ clientId }));
  assert.deepEqual(await idsOf(store), ['10', '9', 'B', 'a', 'b', 'c']);
  assert.deepEqual(await idsOf(store, { after: 'B', limit: 2 }), ['a', 'b']);
  assert.deepEqual(await idsOf(store, { after: 'c' }), []);
}

async function updatesAndRemoves({ store, other }: Required<StorePair>): Promise<void> {
  await add(store, reports());
  const changed = await store.update('reports', withScope('x'));
  assertSame(changed?.scopes, ['reports:read', 'x'], 'the resulting scopes');
  assertSame(await other.find('reports'), changed, 'the record in the other store');
  assert.equal(await store.update('reports', () => undefined), undefined);
  assert.equal((await other.find('reports')) ?? undefined, undefined, 'still in the other store');
  assert.equal(await store.update('reports', () => undefined), undefined);
}

async function rejectsMalformed({ store, other }: Required<StorePair>): Promise<void> {
  const malformed: readonly (readonly [string, ChangeRecord])[] = [
    ['a malformed hash', () => reports({ secrets: [{ hash: 'x' }] })],
    ['an unknown field', () => ({ ...reports(), disable: true }) as ClientRecord],
    ['another client ID', () => reports({ clientId: 'admin' })],
  ];
  await add(store, reports());
  for (const [what, change] of malformed)
    await assert.rejects(
      async () => store.update('reports', change),
      { name: 'TypeError' },
      `update accepted ${what}. Use applyChange of express-client-jwt/stores/memory.`,
    );
  await assertUnchanged(other);
}

async function rejectsWhatIsThrown({ store, other }: Required<StorePair>): Promise<void> {
  await add(store, reports());
  const change = () => {
    throw new Error('changed my mind');
  };
  await assert.rejects(async () => store.update('reports', change), /changed my mind/);
  await assertUnchanged(other);
}

async function losesNoChange({ store, other }: Required<StorePair>): Promise<void> {
  const scopes = Array.from({ length: MANY }, (_, index) => `scope:${String(index)}`);
  await add(store, reports({ scopes: [] }));
  await Promise.all(
    scopes.map((scope, index) => (index % 2 ? store : other).update('reports', withScope(scope))),
  );
  assert.deepEqual(new Set((await store.find('reports'))?.scopes), new Set(scopes));
}

async function losesNoClient({ store, other }: Required<StorePair>): Promise<void> {
  const ids = Array.from({ length: MANY }, (_, index) => `client-${String(index + MANY)}`);
  await Promise.all(
    ids.map((clientId, index) => add(index % 2 ? store : other, reports({ clientId }))),
  );
  assert.deepEqual(await idsOf(store), ids);
}

async function addsOneTwin({ store, other }: Required<StorePair>): Promise<void> {
  const addOnce: ChangeRecord = (record) => {
    if (record !== undefined) throw new Error('There is one already.');
    return reports({ clientId: 'twin' });
  };
  const both = await Promise.allSettled([
    store.update('twin', addOnce),
    other.update('twin', addOnce),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
}

async function keepsLatestUses({ store, other }: Required<StorePair>): Promise<void> {
  if (store.noteUse === undefined) return;
  const [early, late] = [new Date('2026-01-01T10:00:00Z'), new Date('2026-01-02T10:00:00Z')];
  await add(store, reports());
  await store.noteUse('reports', 'a', late);
  await other.noteUse?.('reports', 'a', early);
  await other.noteUse?.('reports', undefined, early);
  await store.noteUse('other', 'a', late);
  const uses = (await other.findUses?.(['reports'])) ?? [];
  const found = new Map(uses.map(({ label, at }) => [label, at.getTime()]));
  assert.deepEqual(
    found,
    new Map([
      ['a', late.getTime()],
      [null, early.getTime()],
    ]),
  );
  await store.update('reports', () => undefined);
  assert.deepEqual(await other.findUses?.(['reports']), [], 'the uses of a removed client');
}

const withScope =
  (scope: string): ChangeRecord =>
  (record) => ({ ...(record ?? reports()), scopes: [...(record?.scopes ?? []), scope] });

async function assertUnchanged(store: EditableClientStore): Promise<void> {
  assertSame(await store.find('reports'), reports(), 'the record');
  assert.deepEqual(await idsOf(store), ['reports']);
}
