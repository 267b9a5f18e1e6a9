/** The clients of a changed file that are the same as before. */
import { reports } from '../support/clients';
import { open, passASecond, write } from '../support/file-store';

const other = reports({ clientId: 'other' });

test('only the records of changed clients are replaced, which keeps the garbage collector idle', async () => {
  write([reports(), other]);
  const store = open();
  const before = [await store.find('reports'), await store.find('other')];
  write([reports(), { ...other, disabled: true }]);
  passASecond();
  expect(await store.find('other')).toEqual({ ...other, disabled: true });
  expect(await store.find('reports')).toBe(before[0]);
});

test('the order of the fields in the file does not count', async () => {
  write([reports(), other]);
  const store = open();
  write([Object.fromEntries(Object.entries(reports()).reverse()), other]);
  passASecond();
  expect(await store.find('reports')).toEqual(reports());
});

test('records are frozen, so that a caller cannot change the clients of an app', async () => {
  write([reports()]);
  const store = open();
  const atStart = await store.find('reports');
  write([reports({ scopes: ['edited'] })]);
  passASecond();
  for (const record of [atStart, await store.find('reports'), (await store.list())[0]]) {
    const parts = [record, record?.scopes, record?.secrets, record?.secrets[0]];
    expect(parts.map(Object.isFrozen)).toEqual([true, true, true, true]);
  }
});

test('a client of another file version with the same id is replaced as soon as one field differs', async () => {
  write([reports({ scopes: ['a'] }), other]);
  const store = open();
  write([reports({ scopes: ['a', 'b'] }), other]);
  passASecond();
  expect(await store.find('reports')).toEqual(reports({ scopes: ['a', 'b'] }));
});

test('a change that modifies the record and then fails changes nothing', async () => {
  write([reports(), other]);
  const store = open();
  const failing = store.update('reports', (record) => {
    Object.assign(record ?? {}, { disabled: true });
    record?.secrets.forEach((secret) => Object.assign(secret, { hash: 'modified' }));
    throw new Error('the change fails');
  });
  await expect(failing).rejects.toThrow('the change fails');
  expect(await store.find('reports')).toEqual(reports());
});

test('a file that is read again with a record that is null is refused, and the clients stay', async () => {
  write([reports(), other]);
  const store = open();
  write([reports(), null as never]);
  passASecond();
  expect(await store.find('reports')).toEqual(reports());
});
