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

describe('a file at start', () => {
  test('that does not exist is an error', () => {
    expect(() => open()).toThrow(
      `There is no file ${file}. Make it with: npx express-client-jwt client add CLIENT-ID --file ${file}`,
    );
  });

  test('that does not exist is made by the first change, for the owner alone, where that is asked for', async () => {
    const store = open({ create: true });
    expect(await store.list()).toEqual([]);
    await store.update('reports', () => reports());
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ clients: [reports()] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each<[string, string, string]>([
    ['that is not JSON', `{"clients": [{"hash":"${HASH}"`, 'is not JSON (line 1, column 84).'],
    ['with a mistake', `{\n  "clients": [${'x'.repeat(40)}]\n}`, 'is not JSON'],
    ['that is a list', '[]', 'must be an object { "clients": [ … ] }; it is an empty array.'],
    [
      'that has no clients',
      '{"client":[]}',
      'must be an object { "clients": [ … ] }; it is an object.',
    ],
    [
      'with another field',
      '{"clients":[],"cleints":[]}',
      'has no field "cleints". The fields are: clients.',
    ],
    [
      'with a malformed client',
      JSON.stringify({ clients: [reports(), { clientId: 'b', secrets: [{ hash: 'oops' }] }] }),
      ': clients[1] (client b).secrets[0].hash must be a bcrypt hash',
    ],
    [
      'with a misspelt field',
      JSON.stringify({ clients: [{ ...reports(), disable: true }] }),
      ': clients[0] has no field "disable".',
    ],
    [
      'with one id twice',
      JSON.stringify({ clients: [reports(), reports()] }),
      'there are two clients with the id reports.',
    ],
  ])('%s is an error that names the place', (_title, text, message) => {
    writeFileSync(file, text);
    expect(() => open()).toThrow(message);
    expect(() => open()).not.toThrow(HASH);
  });

  test.each<[string, () => unknown, string]>([
    [
      'the path',
      () => fileStore(''),
      'fileStore: file must be the path of a file; it is an empty string.',
    ],
    [
      'an option',
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
  ])('%s is checked', (_title, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('a path that is no readable file', () => {
  test('is an error at start that says so, for a folder and a pipe', () => {
    expect(() => fileStore(folder)).toThrow(`${folder} is not a regular file.`);
    execFileSync('mkfifo', [file]);
    expect(() => open()).toThrow(`${file} is not a regular file.`);
  });

  test('is an error of a change too, for a folder', async () => {
    const store = editClientsFile(clientsFile(folder, false));
    await expect(store.find('reports')).rejects.toThrow(`${folder} is a folder, not a file.`);
  });

  test.each([
    ['EACCES', 'may not be read by this user.'],
    ['EIO', 'could not be read (EIO).'],
    [undefined, 'could not be read (unknown error).'],
  ])('is explained for the code %s', (code, words) => {
    expect(readError(Object.assign(new Error('x'), { code }), 'clients.json').message).toContain(
      words,
    );
  });
});

test('a path is that of the start, also after the process has changed its folder', () => {
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
