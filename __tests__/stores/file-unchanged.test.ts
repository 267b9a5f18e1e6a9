/** The clients of a changed file that are the same as before. */
import { writeFileSync } from 'node:fs';

import { reports } from '../support/clients';
import { file, open, passASecond, write } from '../support/file-store';

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

test.each([
  ['null', null, 'must be a client: an object with a clientId; it is null'],
  ['a number that is not finite', '1e999', 'expiresInSeconds must be a whole number'],
])('a record that becomes %s is refused, and the clients stay', async (_title, value, message) => {
  const texts = (each: unknown) =>
    JSON.stringify({ clients: [{ ...reports(), expiresInSeconds: each }] });
  writeFileSync(file, texts(null));
  const onError = jest.fn();
  const store = open({ onError });
  const before = await store.find('reports');
  writeFileSync(file, value === null ? '{"clients":[null]}' : texts(0).replace(':0', `:${value}`));
  passASecond();
  expect(await store.find('reports')).toBe(before);
  expect(onError.mock.calls).toEqual([
    [expect.objectContaining({ message: expect.stringContaining(message) as string })],
  ]);
});

/** A record whose claims are nested so deeply that JSON.stringify() overflows the stack. */
const deepText = JSON.stringify({ clients: [reports({ claims: { a: 0 } }), other] }).replace(
  '"a":0',
  `"a":${'['.repeat(20_000)}${']'.repeat(20_000)}`,
);

test('a record that becomes nested too deeply is refused by its name, and the clients stay', async () => {
  write([reports(), other]);
  const onError = jest.fn();
  const store = open({ onError });
  writeFileSync(file, deepText);
  passASecond();
  expect(await store.find('reports')).toEqual(reports());
  const message = expect.stringMatching(/client reports.*nested more than 100 levels/) as string;
  expect(onError.mock.calls).toEqual([[expect.objectContaining({ message })]]);
});

test('a label that a change removes from the record that it gets is forgotten', async () => {
  const record = reports({
    secrets: [...reports().secrets, { ...reports().secrets[0], label: 'b' } as never],
  });
  write([record]);
  const store = open();
  await store.noteUse?.('reports', 'b', new Date(0));
  await store.update('reports', (given) => {
    (given?.secrets as unknown[]).pop();
    return given;
  });
  expect(await store.findUses?.(['reports'])).toEqual([]);
});
