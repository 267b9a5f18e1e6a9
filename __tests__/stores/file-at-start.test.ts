import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { fileStore, type FileStoreOptions } from 'express-client-jwt/stores/file';

import { clientsFile, editClientsFile, readError } from '../../lib/stores/clients-file';
import { HASH, reports } from '../support/clients';

let folder: string;
let file: string;
const clock = () => 0;
const open = (options: FileStoreOptions = {}) => fileStore(file, { clock, ...options });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'file-store-'));
  file = path.join(folder, 'clients.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('fileStore at start', () => {
  test('throws if the file does not exist', () => {
    expect(() => open()).toThrow(
      `The file ${file} does not exist. Create it with: npx express-client-jwt client add CLIENT-ID --file ${file}`,
    );
  });

  test('creates a missing file with the first change, readable by the owner only, if create is set', async () => {
    const store = open({ create: true });
    expect(await store.list()).toEqual([]);
    await store.update('reports', () => reports());
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ clients: [reports()] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each<[string, string, string]>([
    ['is not JSON', `{"clients": [{"hash":"${HASH}"`, 'is not JSON (line 1, column 84).'],
    ['has a syntax error', `{\n  "clients": [${'x'.repeat(40)}]\n}`, 'is not JSON'],
    ['is an array', '[]', 'must be an object { "clients": [ … ] }; it is an empty array.'],
    ['has no clients', '{"client":[]}', 'must be an object { "clients": [ … ] }; it is an object.'],
    [
      'has an unknown field',
      '{"clients":[],"cleints":[]}',
      'has no field "cleints". The fields are: clients.',
    ],
    [
      'has a malformed client',
      JSON.stringify({ clients: [reports(), { clientId: 'b', secrets: [{ hash: 'oops' }] }] }),
      ': clients[1] (client b).secrets[0].hash must be a bcrypt hash',
    ],
    [
      'has a client with a misspelt field',
      JSON.stringify({ clients: [{ ...reports(), disable: true }] }),
      ': clients[0] has no field "disable".',
    ],
    [
      'has two clients with one id',
      JSON.stringify({ clients: [reports(), reports()] }),
      'there are two clients with the id reports.',
    ],
  ])(
    'throws an error that names the file and the mistake if the file %s',
    (_title, text, message) => {
      writeFileSync(file, text);
      expect(() => open()).toThrow(message);
      expect(() => open()).not.toThrow(HASH);
    },
  );

  test.each<[string, () => unknown, string]>([
    [
      'the path',
      () => fileStore(''),
      'fileStore: file must be the path of a file; it is an empty string.',
    ],
    [
      'an unknown option',
      () => fileStore('x', { watch: true } as never),
      'fileStore: there is no option "watch".',
    ],
    [
      'onError',
      () => fileStore('x', { onError: 1 as never }),
      'fileStore: onError must be a function; it is 1.',
    ],
    [
      'create',
      () => fileStore('x', { create: 1 as never }),
      'fileStore: create must be true or false; it is 1.',
    ],
    [
      'clock',
      () => fileStore('x', { clock: 1 as never }),
      'fileStore: clock must be a function; it is 1.',
    ],
  ])('fileStore rejects an invalid value: %s', (_title, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('fileStore with a path that cannot be read as a file', () => {
  test('throws at start if the path is a folder or a pipe', () => {
    expect(() => fileStore(folder)).toThrow(`${folder} is not a regular file.`);
    execFileSync('mkfifo', [file]);
    expect(() => open()).toThrow(`${file} is not a regular file.`);
  });

  test('rejects a change if the path is a folder', async () => {
    const store = editClientsFile(clientsFile(folder, false));
    await expect(store.find('reports')).rejects.toThrow(`${folder} is a folder, not a file.`);
  });

  test.each([
    ['EACCES', 'may not be read by this user.'],
    ['EIO', 'could not be read (EIO).'],
    [undefined, 'could not be read (unknown error).'],
  ])('explains the error code %s', (code, words) => {
    expect(readError(Object.assign(new Error('x'), { code }), 'clients.json').message).toContain(
      words,
    );
  });
});

test('a relative path keeps its meaning after the process has changed its working directory', () => {
  writeFileSync(file, JSON.stringify({ clients: [reports()] }));
  const before = process.cwd();
  process.chdir(folder);
  try {
    const store = fileStore('clients.json', { clock });
    process.chdir(tmpdir());
    expect(store.find('reports')).toEqual(reports());
  } finally {
    process.chdir(before);
  }
});
