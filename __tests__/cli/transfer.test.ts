import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { compareSync } from 'bcryptjs';

import { HASH, OTHER_HASH, reports } from '../support/clients';
import { cli, file, folder, json, ok, runWords, stored, write, type World } from '../support/cli';

/** Writes a file and imports it, with cheap hashes. */
function importText(name: string, text: string, more: readonly string[] = [], world: World = {}) {
  const source = path.join(folder, name);
  writeFileSync(source, text);
  const words = ['client', 'import', source, '--file', file, '--cost', '4', ...more];
  return runWords(words, world);
}

const MORNING = '2026-11-24T12:00:00.000Z';

test('client import adds the rows of a CSV file: hashes are kept, and secrets are hashed', async () => {
  const { stdout, exitCode } = await importText(
    'old.csv',
    [
      'Client ID,secret,hash,scopes,disabled,expires_in_seconds,label',
      `kept,,${HASH},reports:read reports:write,,600,2025`,
      'hashed,a-secret-of-old,,,true,,',
    ].join('\n'),
  );
  expect([exitCode, stdout]).toEqual([0, `Imported 2 clients to ${file}.\n`]);
  const [kept, hashed] = stored();
  expect(kept).toEqual({
    clientId: 'kept',
    scopes: ['reports:read', 'reports:write'],
    expiresInSeconds: 600,
    tokensValidAfter: MORNING,
    secrets: [{ label: '2025', hash: HASH }],
  });
  expect(hashed).toMatchObject({ clientId: 'hashed', disabled: true });
  expect(hashed?.secrets).toHaveLength(1);
  expect(hashed?.secrets[0]?.label).toBe('2026-11-24');
  expect(compareSync('a-secret-of-old', String(hashed?.secrets[0]?.hash))).toBe(true);
});

test.each<[string, (clients: object[]) => unknown]>([
  ['an array', (clients) => clients],
  ['an object with clients', (clients) => ({ clients })],
])('client import adds the clients of JSON with %s', async (_title, wrap) => {
  const clients = [
    { id: 'a', client_secret: 'a-secret-of-old', scope: ['x'] },
    { clientId: 'b', secrets: [{ hash: HASH, label: '1' }, { secret: 'another-secret' }] },
    { clientId: 'c', hash: HASH, claims: { tenant: 7 }, tokensValidAfter: '2025-01-01' },
  ];
  const result = await importText('old.json', JSON.stringify(wrap(clients)), ['--json']);
  expect(JSON.parse(result.stdout)).toEqual({ imported: ['a', 'b', 'c'], skipped: [] });
  const [a, b, c] = stored();
  expect(a?.scopes).toEqual(['x']);
  expect(b?.secrets.map(({ label }) => label)).toEqual(['1', '2026-11-24']);
  expect(c).toMatchObject({ claims: { tenant: 7 }, tokensValidAfter: '2025-01-01' });
});

test('client import skips clients that exist, and leaves them as they are', async () => {
  write(reports());
  const text = `client_id,hash\nreports,${OTHER_HASH}\nnew,${OTHER_HASH}`;
  const { stdout, stderr } = await importText('old.csv', text);
  expect(stdout).toContain('Imported 1 client');
  expect(stdout).toContain('Skipped 1 that exist.');
  expect(stderr).toBe('Skipped: reports\n');
  expect(stored()[0]).toEqual(reports());
});

test.each<[string, string, string, string]>([
  [
    'a secret that is too long',
    'x.csv',
    `id,secret\na,${'s'.repeat(73)}`,
    'client 1, secret 1 must be 1 to 72 visible ASCII characters; it has 73 characters.',
  ],
  [
    'a malformed hash',
    'x.csv',
    'id,hash\na,plain-secret-in-hash',
    'client 1 (client a).secrets[0].hash must be a bcrypt hash',
  ],
  [
    'neither a secret nor a hash',
    'x.csv',
    'id,scopes\na,x',
    'client 1 has neither a secret nor a hash.',
  ],
  [
    'both a secret and a hash',
    'x.csv',
    `id,secret,hash\na,s3cret-s3cret,${HASH}`,
    'client 1, secret 1 must have either a hash or a secret.',
  ],
  [
    'an unknown column',
    'x.csv',
    `id,hash,passwort\na,${HASH},x`,
    'client 1 has no field "passwort". The fields are: clientId, scopes',
  ],
  [
    'a row with too few columns',
    'x.csv',
    'id,secret\na',
    'client 1 has 1 columns; the first line has 2.',
  ],
  [
    'two clients with one id',
    'x.csv',
    `id,hash\na,${HASH}\na,${HASH}`,
    'client 2: there are two clients with the id a.',
  ],
  [
    'a lifetime that is no number',
    'x.csv',
    `id,hash,expires_in_seconds\na,${HASH},soon`,
    'client 1 (client a).expiresInSeconds must be a whole number',
  ],
  [
    'a flag that is none',
    'x.csv',
    `id,hash,disabled\na,${HASH},maybe`,
    'client 1 (client a).disabled must be true or false',
  ],
  [
    'an open quote',
    'x.csv',
    'id,secret\na,"b',
    'line 2 has a quote that is misplaced or not closed.',
  ],
  ['no JSON', 'x.json', 'id,secret', 'is not JSON. For CSV, add: --format csv'],
  [
    'JSON without clients',
    'x.json',
    '{"users":[]}',
    'must have an array of clients, or an object { "clients": [ … ] }.',
  ],
  [
    'a secret that is no object',
    'x.json',
    '[{"clientId":"a","secrets":["s3cret-s3cret"]}]',
    'client 1, secret 1 must be an object.',
  ],
])('client import changes nothing if a file has %s', async (_title, name, text, message) => {
  write(reports());
  const { stderr, exitCode } = await importText(name, `${text}\n`);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(message);
  for (const secret of ['s3cret-s3cret', 'plain-secret-in-hash', 'sss'])
    expect(stderr).not.toContain(secret);
  expect(stored()).toEqual([reports()]);
});

test('client import reads a file of any name as the format that is given', async () => {
  const { stdout } = await importText('export.txt', `id,hash\na,${HASH}`, ['--format', 'csv']);
  expect(stdout).toContain('Imported 1 client');
  expect((await importText('x.csv', '', ['--format', 'xml'])).stderr).toContain(
    '--format must be csv or json.',
  );
  expect((await cli('client import /nowhere.csv --file FILE')).stderr).toContain(
    '/nowhere.csv could not be read (ENOENT).',
  );
});

test('client import says what was added if the store fails, and how to go on', async () => {
  const db = {
    query: (sql: string, values: unknown[]) =>
      values.includes('b') && sql.startsWith('INSERT')
        ? Promise.reject(new Error('the disk is full'))
        : Promise.resolve({ rows: sql.startsWith('INSERT') ? [{}] : [] }),
    end: () => Promise.resolve(),
  };
  const source = path.join(folder, 'x.csv');
  writeFileSync(source, `id,hash\na,${HASH}\nb,${HASH}`);
  const line = `client import ${source} --postgres postgres://127.0.0.1/x`;
  expect((await cli(line, { connect: () => Promise.resolve(db) })).stderr).toBe(
    'express-client-jwt: b could not be added; added before it: 1 client. Run the command again: clients that exist are skipped.\n',
  );
});

test('client import names ten of the clients that it skipped', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `c${String(index)}`);
  write(...ids.map((clientId) => reports({ clientId })));
  const rows = ids.map((id) => `${id},a-secret-of-old`);
  const { stderr } = await importText('x.csv', ['id,secret', ...rows].join('\n'));
  expect(stderr).toBe('Skipped: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 2 more\n');
});

test('client import tells how far it is, but not with --json', async () => {
  const rows = Array.from({ length: 20 }, (_, index) => `c${String(index)},${HASH}`);
  const told: string[] = [];
  const world = { progress: (text: string) => void told.push(text) };
  await importText('x.csv', ['id,hash', ...rows].join('\n'), [], world);
  expect(told).toEqual([
    ...['Importing client 1 of 20', 'Importing client 9 of 20', 'Importing client 17 of 20', ''],
  ]);
  told.length = 0;
  await importText('x.csv', ['id,hash', ...rows].join('\n'), ['--json'], world);
  expect(told).toEqual([]);
});

test('client export prints the clients without hashes', async () => {
  write(reports({ secrets: [{ hash: HASH, label: 'a' }] }));
  const { stdout, stderr } = await cli('client export --file FILE');
  expect(JSON.parse(stdout)).toMatchObject({
    clients: [{ clientId: 'reports', secrets: [{ label: 'a', cost: 4 }] }],
  });
  expect(stdout + stderr).not.toContain('$2b$');
});

test('client import reads what client export --with-hashes has printed', async () => {
  const whole = reports({
    ...{ disabled: true, expiresInSeconds: 60, claims: { tenant: 7 } },
    tokensValidAfter: '2026-01-01T00:00:00.000Z',
    secrets: [{ hash: HASH, label: 'a', expiresAt: '2027-01-01T00:00:00.000Z' }],
  });
  write(whole);
  const { stdout, stderr } = await cli('client export --file FILE --with-hashes');
  expect(stderr).toBe('The output has hashes: keep it as secret as the store.\n');
  write();
  await importText('back.json', stdout);
  expect(stored()).toEqual([whole]);
  expect(await json('client list --file FILE')).toHaveLength(1);
  expect(await ok('client show reports --file FILE')).toContain('a');
});
