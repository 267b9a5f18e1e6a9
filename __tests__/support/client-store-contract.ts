import { bcryptVerifier, type ClientRecord } from 'express-client-jwt';
import type { EditableClientStore } from 'express-client-jwt/stores/memory';

import { HASH, OTHER_HASH, OTHER_SECRET, reports, SECRET } from './clients';

/** A client with every field. */
const WHOLE: ClientRecord = {
  clientId: 'whole',
  secrets: [
    { hash: HASH, label: '2026-11 “näher”', expiresAt: '2099-01-01T00:00:00.000Z' },
    { hash: OTHER_HASH, label: 'old' },
  ],
  scopes: ['reports:read', "it's", '{a,b}', '[null]'],
  disabled: true,
  tokensValidAfter: '2026-01-02T03:04:05.678Z',
  expiresInSeconds: 600,
  claims: { tenant: { id: 7, name: 'Zoë 🚀' }, list: [1, 'two', null] },
};

/** Ids that are injection attacks elsewhere, and ordinary names here. */
const HOSTILE_IDS = [
  "'OR'1'='1",
  "x';DROP/**/TABLE/**/api_clients;--",
  '$1',
  '%',
  '_',
  '"',
  '\\',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(256),
];

const asJson = (record: unknown): unknown => JSON.parse(JSON.stringify(record ?? null));
const withScope =
  (scope: string) =>
  (record: ClientRecord | undefined): ClientRecord => ({
    ...(record ?? reports()),
    scopes: [...(record?.scopes ?? []), scope],
  });

/**
 * The tests for every editable client store.
 *
 * @param openEmpty creates an empty store, and a second store with the same data.
 */
export function describeClientStore(
  openEmpty: () => Promise<{ store: EditableClientStore; other: EditableClientStore }>,
): void {
  let store: EditableClientStore;
  let other: EditableClientStore;
  const add = (record: ClientRecord) => store.update(record.clientId, () => record);

  beforeEach(async () => {
    ({ store, other } = await openEmpty());
  });

  test('has no clients at first', async () => {
    expect((await store.find('reports')) ?? undefined).toBeUndefined();
    expect(await store.list()).toEqual([]);
  });

  test('returns a client with every field as it was stored', async () => {
    await add(WHOLE);
    expect(asJson(await store.find('whole'))).toEqual(WHOLE);
    expect(asJson(await other.find('whole'))).toEqual(WHOLE);
    expect(asJson(await other.list())).toEqual([WHOLE]);
  });

  test('distinguishes ids by case', async () => {
    await add(reports());
    expect((await store.find('REPORTS')) ?? undefined).toBeUndefined();
  });

  test.each(HOSTILE_IDS)('finds no client with the id %j, and can store one', async (clientId) => {
    await add(reports());
    expect((await store.find(clientId)) ?? undefined).toBeUndefined();
    await add(reports({ clientId }));
    expect((await store.find(clientId))?.clientId).toBe(clientId);
    expect((await store.list()).map((record) => record.clientId).sort()).toEqual(
      [clientId, 'reports'].sort(),
    );
  });

  test('works with a verifier: verifies secrets, rejects disabled clients and expired secrets', async () => {
    const verifier = bcryptVerifier(store);
    const ask = async (clientSecret: string) =>
      (await verifier.verify({ clientId: 'reports', clientSecret }))?.clientId;
    expect(await ask(SECRET)).toBeUndefined();
    await add(
      reports({ secrets: [{ hash: HASH }, { hash: OTHER_HASH, expiresAt: '2020-01-01' }] }),
    );
    expect([await ask(SECRET), await ask(OTHER_SECRET), await ask('wrong')]).toEqual([
      'reports',
      undefined,
      undefined,
    ]);
    await store.update('reports', (record) => record && { ...record, disabled: true });
    expect(await ask(SECRET)).toBeUndefined();
    await verifier.close?.();
  });

  test('lists clients in the order of their ids, from the given id and up to the given limit', async () => {
    for (const clientId of ['b', 'a', 'B', 'c', '10', '9']) await add(reports({ clientId }));
    const ids = async (options = {}) =>
      (await store.list(options)).map((record) => record.clientId);
    expect(await ids()).toEqual(['10', '9', 'B', 'a', 'b', 'c']);
    expect(await ids({ after: 'B', limit: 2 })).toEqual(['a', 'b']);
    expect(await ids({ after: 'c' })).toEqual([]);
    for (const limit of [0, -1, 0.5, NaN, '5', 100_001])
      await expect(ids({ limit })).rejects.toThrow('list: limit must be a whole number');
  });

  test('updates and removes a client', async () => {
    await add(reports());
    const changed = await store.update('reports', withScope('x'));
    expect(changed?.scopes).toEqual(['reports:read', 'reports:write', 'x']);
    expect(asJson(await other.find('reports'))).toEqual(asJson(changed));
    expect(await store.update('reports', () => undefined)).toBeUndefined();
    expect((await other.find('reports')) ?? undefined).toBeUndefined();
    expect(await store.update('reports', () => undefined)).toBeUndefined();
  });

  test.each<[string, (record: ClientRecord | undefined) => ClientRecord, string]>([
    [
      'a malformed hash',
      (record) => ({ ...reports(), ...record, secrets: [{ hash: 'x' }] }),
      'secrets[0].hash must be',
    ],
    [
      'an unknown field',
      (record) => ({ ...reports(), ...record, disable: true }) as ClientRecord,
      'no field "disable"',
    ],
    [
      'another id',
      (record) => ({ ...reports(), ...record, clientId: 'admin' }),
      'The changed record of reports has the id',
    ],
    [
      'a change that throws',
      () => {
        throw new Error('changed my mind');
      },
      'changed my mind',
    ],
  ])('rejects an update with %s, and keeps the client', async (_title, change, message) => {
    await add(reports());
    await expect(store.update('reports', change)).rejects.toThrow(message);
    expect(asJson(await other.find('reports'))).toEqual(asJson(reports()));
    expect(await other.list()).toHaveLength(1);
  });

  test('loses no change if many concurrent updates change one client', async () => {
    const scopes = Array.from({ length: 12 }, (_, index) => `scope:${String(index)}`);
    await add(reports({ scopes: [] }));
    await Promise.all(
      scopes.map((scope, index) => (index % 2 ? store : other).update('reports', withScope(scope))),
    );
    expect([...((await store.find('reports'))?.scopes ?? [])].sort()).toEqual([...scopes].sort());
  });

  test('loses no client if many are added at once, and adds one of two with the same id', async () => {
    const ids = Array.from(
      { length: 12 },
      (_, index) => `client-${String(index).padStart(2, '0')}`,
    );
    await Promise.all(
      ids.map((clientId, index) =>
        (index % 2 ? store : other).update(clientId, () => reports({ clientId })),
      ),
    );
    expect((await store.list()).map((record) => record.clientId)).toEqual(ids);
    const addOnce = (record?: ClientRecord) => {
      if (record) throw new Error('There is one already.');
      return reports({ clientId: 'twin' });
    };
    const both = await Promise.allSettled([
      store.update('twin', addOnce),
      other.update('twin', addOnce),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
}
