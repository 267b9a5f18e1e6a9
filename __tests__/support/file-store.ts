import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { fileStore, type FileStoreOptions } from 'express-client-jwt/stores/file';

/** A folder for this test, and the file of clients in it. */
export let folder: string;
export let file: string;

let now = 0;
/** Moves the clock of the stores. */
export const pass = (ms: number): void => {
  now += ms;
};
export const passASecond = (): void => {
  pass(1000);
};

export const write = (clients: unknown, to = file): void => {
  writeFileSync(to, JSON.stringify({ clients }));
};
export const open = (options: FileStoreOptions = {}) =>
  fileStore(file, { clock: () => now, ...options });
export const scopesOf = async (store: ReturnType<typeof open>) =>
  (await store.find('reports'))?.scopes;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'file-store-'));
  file = path.join(folder, 'clients.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
