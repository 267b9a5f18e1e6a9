import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { fileStore, type FileStoreOptions } from 'express-client-jwt/stores/file';

import { reports } from '../support/clients';

let folder: string;
let file: string;
let now = 0;
const clock = () => now;
const passASecond = () => (now += 1000);
const write = (clients: unknown, to = file) => {
  writeFileSync(to, JSON.stringify({ clients }));
};
const open = (options: FileStoreOptions = {}) => fileStore(file, { clock, ...options });
const scopesOf = async (store: ReturnType<typeof open>) => (await store.find('reports'))?.scopes;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'file-store-'));
  file = path.join(folder, 'clients.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('keeps its clients if the file becomes a pipe, and reads the file again once it is back', async () => {
  write([reports()]);
  const errors: unknown[] = [];
  const store = open({ onError: (error) => void errors.push(error) });
  rmSync(file);
  execFileSync('mkfifo', [file]);
  passASecond();
  expect(await scopesOf(store)).toEqual(reports().scopes);
  expect(String(errors[0])).toContain('is not a regular file.');
  rmSync(file);
  write([reports({ scopes: ['back'] })]);
  passASecond();
  expect(await scopesOf(store)).toEqual(['back']);
});

test('aborts a read that does not respond after five seconds, and reads again', async () => {
  write([reports()]);
  const errors: unknown[] = [];
  const store = open({ onError: (error) => void errors.push(error) });
  write([reports({ scopes: ['edited'] })]);
  const read = jest.spyOn(fs, 'readFile').mockReturnValueOnce(new Promise(() => undefined));
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  passASecond();
  const found = scopesOf(store);
  while (read.mock.calls.length === 0) await new Promise(setImmediate);
  jest.advanceTimersByTime(5000);
  expect(await found).toEqual(reports().scopes);
  jest.useRealTimers();
  expect(String(errors[0])).toContain('could not be read within 5000 ms');
  passASecond();
  expect(await scopesOf(store)).toEqual(['edited']);
  read.mockRestore();
});
