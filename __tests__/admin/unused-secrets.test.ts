import { clientAdmin } from 'express-client-jwt/admin';
import { memoryStore } from 'express-client-jwt/stores/memory';

import { HASH, OTHER_HASH, reports } from '../support/clients';

const NOW = Date.parse('2026-03-31T12:00:00Z');
const DAY = 86_400_000;
const ago = (days: number) => new Date(NOW - days * DAY);

/** A client with a secret used yesterday, one used a month ago, and one whose use was never noted. */
async function setUp() {
  const hashes = [HASH, OTHER_HASH, HASH];
  const secrets = ['fresh', 'stale', 'silent'].map((label, index) => ({
    ...{ label, hash: hashes[index] },
  }));
  const store = memoryStore([reports({ secrets })]);
  await store.noteUse?.('reports', 'fresh', ago(1));
  await store.noteUse?.('reports', 'stale', ago(30));
  return { store, admin: clientAdmin(store, { clock: () => NOW }) };
}

test('rotate retires the other secrets that nobody has used since a time, and no others', async () => {
  const { admin } = await setUp();
  const options = { cost: 4, retireOthersUnusedSince: ago(14) };
  const { client } = await admin.rotate('reports', { label: 'next', ...options });
  expect(client.secrets.map(({ label, isLive }) => [label, isLive])).toEqual([
    ['next', true],
    ['fresh', true],
    ['stale', false],
    ['silent', true],
  ]);
});

test('undoing a rotation restores the secrets that it has retired', async () => {
  const { store, admin } = await setUp();
  const before = structuredClone(await store.find('reports'));
  const options = { cost: 4, retireOthersUnusedSince: ago(14), retireOthersAt: ago(-7) };
  const { takeBack } = await admin.rotate('reports', options);
  await takeBack();
  expect(await store.find('reports')).toEqual(before);
});

test('rotate refuses to retire unused secrets of a store that notes no uses', async () => {
  const { store } = await setUp();
  const { find, list, update } = store;
  const admin = clientAdmin({ find, list, update });
  await expect(admin.rotate('reports', { retireOthersUnusedSince: ago(14) })).rejects.toThrow(
    'rotate: retireOthersUnusedSince needs a store that notes uses. This one does not.',
  );
  expect((await admin.show('reports')).secrets[0]).not.toHaveProperty('lastUsedAt');
});

test('rotate changes nothing if the uses cannot be read', async () => {
  const { store } = await setUp();
  const findUses = () => Promise.reject(new Error('down'));
  const admin = clientAdmin({ ...store, findUses });
  await expect(admin.rotate('reports', { retireOthersUnusedSince: ago(14) })).rejects.toThrow(
    'down',
  );
  expect((await store.find('reports'))?.secrets).toHaveLength(3);
});

test('list tells the last uses of all clients', async () => {
  const { admin } = await setUp();
  const [client] = await admin.list();
  expect(client?.secrets.map(({ lastUsedAt }) => lastUsedAt)).toEqual([
    ago(1).toISOString(),
    ago(30).toISOString(),
    null,
  ]);
});

test('rotate retires nothing if no secret was noted since: the notes may have stopped', async () => {
  const { store, admin } = await setUp();
  const options = { cost: 4, retireOthersUnusedSince: ago(1) };
  const stopped = clientAdmin(
    { ...store, findUses: async (ids) => (await store.findUses?.(ids))?.slice(1) ?? [] },
    { clock: () => NOW },
  );
  const { client } = await stopped.rotate('reports', options);
  expect(client.secrets.every(({ isLive }) => isLive)).toBe(true);
  const again = await admin.rotate('reports', { ...options, label: 'again' });
  expect(again.client.secrets.find(({ label }) => label === 'stale')?.isLive).toBe(false);
});

test('rotate refuses a time of less than a day, because uses are noted once an hour', async () => {
  const { admin } = await setUp();
  const retireOthersUnusedSince = new Date(NOW - DAY + 1);
  await expect(admin.rotate('reports', { retireOthersUnusedSince })).rejects.toThrow(
    'rotate: retireOthersUnusedSince must be a day ago or earlier, because uses are noted once an hour.',
  );
});

test('a secret does not inherit the uses of an earlier one with its label', async () => {
  const { store, admin } = await setUp();
  await admin.retire('reports', 'stale');
  const { client } = await admin.rotate('reports', { cost: 4, label: 'stale' });
  expect(client.secrets[0]).toMatchObject({ label: 'stale', lastUsedAt: null });
  expect(await store.findUses?.(['reports'])).toMatchObject([{ label: 'fresh' }]);
});
