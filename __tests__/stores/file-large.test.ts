import { readFileSync, statSync } from 'node:fs';
import fs from 'node:fs/promises';

import type { ClientRecord } from 'express-client-jwt';

import { reports } from '../support/clients';
import { file, open, pass, passASecond, scopesOf, write } from '../support/file-store';

/** So many clients that callers do not wait until they are read. */
const others = Array.from({ length: 10_000 }, (_, index) =>
  reports({ clientId: `other-${String(index)}` }),
);
const writeMany = (first: ClientRecord) => {
  write([first, ...others]);
};
const openMany = () => {
  writeMany(reports());
  return open();
};
/** Calls the store until it has read the file. */
async function untilScopesAre(store: ReturnType<typeof open>, expected: string): Promise<number> {
  let turns = 0;
  while ((await scopesOf(store))?.join() !== expected) {
    turns++;
    await new Promise(setImmediate);
  }
  return turns;
}

test('the file of these tests is larger than the one that callers wait for', () => {
  writeMany(reports());
  expect(statSync(file).size).toBeGreaterThan(2 ** 20);
});

test('while a large file is read, callers get the previous clients, and other work runs', async () => {
  const store = openMany();
  writeMany(reports({ scopes: ['edited'] }));
  passASecond();
  expect(await scopesOf(store)).toEqual(reports().scopes);
  expect(await untilScopesAre(store, 'edited')).toBeGreaterThan(5);
});

test('callers wait for a large file if the clients in use may be older than five seconds', async () => {
  const store = openMany();
  writeMany(reports({ disabled: true }));
  pass(5000);
  expect(await store.find('reports')).toEqual(reports({ disabled: true }));
});

test('callers wait for a large file whose reading takes longer than five seconds', async () => {
  const store = openMany();
  writeMany(reports({ scopes: ['edited'] }));
  passASecond();
  expect(await scopesOf(store)).toEqual(reports().scopes);
  pass(5000);
  expect(await scopesOf(store)).toEqual(['edited']);
});

test('a change by the store does not hide a later one of another process', async () => {
  const store = openMany();
  await store.update('reports', () => reports({ scopes: ['own'] }));
  writeMany(reports({ scopes: ['other'] }));
  passASecond();
  expect(await scopesOf(store)).toEqual(['other']);
});

test('a change by the store counts at once, also if a read that began before it ends later', async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const { open: openFile } = fs;
  const closed = jest.fn();
  jest.spyOn(fs, 'open').mockImplementationOnce(async (...args) => {
    const handle = await openFile(...args);
    const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<unknown>;
    const close = handle.close.bind(handle);
    return Object.assign(handle, {
      read: (...readArgs: unknown[]) => gate.then(() => read(...readArgs)),
      close: () => close().then(closed),
    });
  });
  const store = openMany();
  writeMany(reports({ scopes: ['edited'] }));
  passASecond();
  expect(await scopesOf(store)).toEqual(reports().scopes);
  await store.update('reports', () => reports({ scopes: ['own'] }));
  release();
  while (closed.mock.calls.length === 0) await new Promise(setImmediate);
  expect(await scopesOf(store)).toEqual(['own']);
  jest.mocked(fs.open).mockRestore();
});

test('concurrent changes by the store count at once', async () => {
  const store = openMany();
  const changes = Array.from({ length: 5 }, async (_, index) => {
    const clientId = `other-${String(index)}`;
    await store.update(clientId, () => undefined);
    return store.find(clientId);
  });
  expect(await Promise.all(changes)).toEqual(Array(5).fill(undefined));
});

test('a large file that is malformed is reported once, and the clients stay', async () => {
  const errors: unknown[] = [];
  writeMany(reports());
  const store = open({ onError: (error) => errors.push(error) });
  write([...others, { clientId: 'reports' }]);
  passASecond();
  await store.find('reports');
  while (errors.length === 0) await new Promise(setImmediate);
  passASecond();
  expect(await scopesOf(store)).toEqual(reports().scopes);
  for (let turns = 0; turns < 200; turns++) await new Promise(setImmediate);
  expect(errors.map(String)).toEqual([
    `TypeError: ${file}: clients[10000] (client reports).secrets must be an array of { hash, expiresAt?, label? }; it is undefined.`,
  ]);
});

test('a change by the store itself counts at once, also if a read began before it', async () => {
  const store = openMany();
  writeMany(reports({ scopes: ['edited'] }));
  passASecond();
  await store.find('reports');
  const change = store.update('reports', () => reports({ scopes: ['changed'] }));
  const removal = store.update('other-1', () => undefined);
  await Promise.all([change, removal]);
  for (let turns = 0; turns < 300; turns++) {
    expect(await scopesOf(store)).toEqual(['changed']);
    expect(await store.find('other-1')).toBeUndefined();
    pass(10);
    await new Promise(setImmediate);
  }
});

test('a change of a large file keeps its other clients', async () => {
  const store = openMany();
  await store.update('other-9999', () => undefined);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    clients: [reports(), ...others.slice(0, -1)],
  });
});
