/** The uses of secrets, from the endpoints to the store and back to the people who manage clients. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';

import { bcryptVerifier, type JwtAuthEvent } from 'express-client-jwt';
import { clientAdmin } from 'express-client-jwt/admin';
import { fileStore } from 'express-client-jwt/stores/file';
import { memoryStore, type EditableClientStore } from 'express-client-jwt/stores/memory';

import { getToken, testApp } from '../support/app';
import { HASH, OTHER_HASH, reports } from '../support/clients';
import { oauthApp, post } from '../support/oauth';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const client = reports({
  secrets: [
    { hash: HASH, label: 'new' },
    { hash: OTHER_HASH, label: 'old' },
  ],
});
const lastUses = async (store: EditableClientStore) =>
  (await clientAdmin(store).show('reports')).secrets.map(({ label, lastUsedAt }) => [
    label,
    lastUsedAt,
  ]);
/** Waits until the notes of earlier responses are written. */
async function settle(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setImmediate(resolve));
}

test('a token notes the use of the secret that proved the client, and of no other', async () => {
  const store = memoryStore([client]);
  const app = testApp({ verifier: bcryptVerifier(store), clock: () => NOW });
  expect((await getToken(app)).status).toBe(200);
  await settle(async () => (await lastUses(store))[0]?.[1] !== null);
  expect(await lastUses(store)).toEqual([
    ['new', '2026-03-01T12:00:00.000Z'],
    ['old', null],
  ]);
});

test('a wrong secret notes nothing', async () => {
  const store = memoryStore([client]);
  const app = testApp({ verifier: bcryptVerifier(store) });
  expect((await getToken(app, 'reports', 'wrong')).status).toBe(403);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await lastUses(store)).toEqual([
    ['new', null],
    ['old', null],
  ]);
});

test('a client at an OAuth endpoint notes the use of its secret', async () => {
  const store = memoryStore([client]);
  const app = oauthApp({ verifier: bcryptVerifier(store) });
  expect((await post(app, { path: '/oauth/introspect', form: { token: 'x' } })).status).toBe(200);
  await settle(async () => (await lastUses(store))[0]?.[1] !== null);
});

test('a store that cannot note a use is an outage, and the client gets its token', async () => {
  const noteUse = () => Promise.reject(new Error('read-only'));
  const events: JwtAuthEvent[] = [];
  const app = testApp({
    verifier: bcryptVerifier({ ...memoryStore([client]), noteUse }),
    onEvent: (event) => void events.push(event),
  });
  expect((await getToken(app)).status).toBe(200);
  await settle(() => Promise.resolve(events.length === 2));
  expect(events).toMatchObject([
    { type: 'token.issued' },
    { type: 'outage', source: 'uses', clientId: 'reports' },
  ]);
});

test('a noteUse that is no function is refused when the auth is created', () => {
  const verifier = { ...bcryptVerifier([client]), noteUse: true } as never;
  expect(() => testApp({ verifier })).toThrow(
    'createJwtAuth: verifier.noteUse must be a function, if you give it; it is a boolean.',
  );
});

describe('the file of uses', () => {
  let folder: string;
  let file: string;
  let uses: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'uses-'));
    file = path.join(folder, 'clients.json');
    uses = path.join(folder, 'clients.uses.json');
    writeFileSync(file, JSON.stringify({ clients: [client] }), { mode: 0o640 });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('lies beside the clients, with the same permissions, and leaves them as they are', async () => {
    const before = readFileSync(file, 'utf8');
    await fileStore(file).noteUse?.('reports', 'new', new Date(NOW));
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(JSON.parse(readFileSync(uses, 'utf8'))).toEqual({
      uses: [{ clientId: 'reports', label: 'new', at: '2026-03-01T12:00:00.000Z' }],
    });
    expect(statSync(uses).mode & 0o777).toBe(0o640);
  });

  test('keeps the latest use if two stores write at the same time', async () => {
    const stores = [fileStore(file), fileStore(file)];
    const notes = Array.from({ length: 12 }, async (_, index) =>
      stores[index % 2]?.noteUse?.('reports', `label-${String(index % 3)}`, new Date(NOW + index)),
    );
    await Promise.all(notes);
    const found = (await fileStore(file).findUses?.(['reports'])) ?? [];
    expect(found.map(({ label, at }) => [label, at.getTime() - NOW]).sort()).toEqual([
      ['label-0', 9],
      ['label-1', 10],
      ['label-2', 11],
    ]);
  });

  test.each([
    ['has other fields', '{"uses":[{"clientId":7},{"clientId":"reports","label":1,"at":0},null]}'],
    ['has a time that is none', '{"uses":[{"clientId":"reports","label":"new","at":"soon"}]}'],
  ])('has no uses to show if it %s', async (_title, text) => {
    writeFileSync(uses, text);
    expect(await lastUses(fileStore(file))).toEqual([
      ['new', null],
      ['old', null],
    ]);
  });

  test('notes again after a process was killed while it held the lock', async () => {
    writeFileSync(`${uses}.lock`, `999999999 ${hostname()}`);
    await fileStore(file).noteUse?.('reports', 'new', new Date(NOW));
    expect((await lastUses(fileStore(file)))[0]).toEqual(['new', '2026-03-01T12:00:00.000Z']);
  });

  test('is not written over another file of its name', async () => {
    writeFileSync(uses, '{"clients":[]}');
    const note = Promise.resolve(fileStore(file).noteUse?.('reports', 'new', new Date(NOW)));
    await expect(note).rejects.toThrow('is no file of uses: { "uses": [ … ] }. Move it away.');
    expect(readFileSync(uses, 'utf8')).toBe('{"clients":[]}');
  });

  test('is the same for a link to the clients and for its target', async () => {
    const link = path.join(folder, 'link.json');
    symlinkSync(file, link);
    await fileStore(link).noteUse?.('reports', 'new', new Date(NOW));
    expect((await lastUses(fileStore(file)))[0]?.[1]).toBe('2026-03-01T12:00:00.000Z');
  });

  test('has a name of its own if the clients are in a file without .json', async () => {
    const other = path.join(folder, 'clients');
    writeFileSync(other, JSON.stringify({ clients: [client] }));
    await fileStore(other).noteUse?.('reports', 'old', new Date(NOW));
    expect(existsSync(`${other}.uses`)).toBe(true);
    expect(existsSync(uses)).toBe(false);
  });

  test('is written once for many notes at the same time', async () => {
    const store = fileStore(file);
    const ids = Array.from({ length: 400 }, (_, index) => `client-${String(index)}`);
    await Promise.all(ids.map(async (id) => store.noteUse?.(id, 'a', new Date(NOW))));
    expect(await store.findUses?.(ids)).toHaveLength(400);
  });

  test('that is a folder does not keep a client from being removed', async () => {
    mkdirSync(uses);
    const admin = clientAdmin(fileStore(file));
    await admin.remove('reports');
    await expect(admin.show('reports')).rejects.toThrow('does not exist');
  });

  test('forgets the uses of a client that is removed', async () => {
    const store = fileStore(file);
    await store.noteUse?.('reports', 'new', new Date(NOW));
    await clientAdmin(store).remove('reports');
    expect(await store.findUses?.(['reports'])).toEqual([]);
  });

  test('leaves the last uses out if it cannot be read, and shows the client', async () => {
    writeFileSync(uses, 'no JSON');
    expect(await lastUses(fileStore(file))).toEqual([
      ['new', undefined],
      ['old', undefined],
    ]);
  });
});
