import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';

import { reports } from '../support/clients';
import { file, open, passASecond, scopesOf, write } from '../support/file-store';

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
  const read = jest.fn(() => new Promise(() => undefined));
  const stat = () => fs.stat(file, { bigint: true });
  const close = jest.fn(() => Promise.resolve());
  jest.spyOn(fs, 'open').mockResolvedValueOnce({ read, stat, close } as unknown as FileHandle);
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  passASecond();
  const found = scopesOf(store);
  while (read.mock.calls.length === 0) await new Promise(setImmediate);
  jest.advanceTimersByTime(5000);
  expect(await found).toEqual(reports().scopes);
  jest.useRealTimers();
  expect(String(errors[0])).toContain('could not be read within 5000 ms');
  expect(close).toHaveBeenCalledTimes(1);
  passASecond();
  expect(await scopesOf(store)).toEqual(['edited']);
  jest.mocked(fs.open).mockRestore();
});

describe('a file that another program writes while it is read', () => {
  /** Writes the file between two pieces of a read. */
  function writeBetweenPieces(clients: unknown) {
    const { open: openFile } = fs;
    jest.spyOn(fs, 'open').mockImplementationOnce(async (...args) => {
      const handle = await openFile(...args);
      const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<unknown>;
      let pieces = 0;
      const readAndWrite = (...readArgs: unknown[]) => {
        if (pieces++ === 1) write(clients);
        return read(...readArgs);
      };
      return Object.assign(handle, { read: readAndWrite });
    });
  }
  afterEach(() => {
    jest.mocked(fs.open).mockRestore();
  });
  const many = (scope: string) =>
    Array.from({ length: 3000 }, (_, index) =>
      reports({ clientId: `c${String(index).padStart(5, '0')}`, scopes: [scope] }),
    );
  const scopesAt = async (store: ReturnType<typeof open>, clientId: string) =>
    (await store.find(clientId))?.scopes?.join();

  test('is not used, and is read again', async () => {
    const errors: unknown[] = [];
    write(many('old'));
    const store = open({ onError: (error) => errors.push(error) });
    write(many('mid'));
    writeBetweenPieces(many('new'));
    passASecond();
    expect([await scopesAt(store, 'c00000'), await scopesAt(store, 'c02999')]).toEqual([
      'old',
      'old',
    ]);
    passASecond();
    expect([await scopesAt(store, 'c00000'), await scopesAt(store, 'c02999')]).toEqual([
      'new',
      'new',
    ]);
    expect(errors).toEqual([]);
  });

  test('is not changed', async () => {
    write(many('old'));
    const store = open();
    writeBetweenPieces(many('new'));
    await expect(store.update('c00000', () => undefined)).rejects.toThrow(
      `${file} was changed by another program while it was read. Try again.`,
    );
    passASecond();
    expect(await scopesAt(store, 'c00000')).toBe('new');
  });
});

test('a file that takes longer than two minutes is not used', async () => {
  const errors: unknown[] = [];
  write([reports()]);
  const store = open({ onError: (error) => errors.push(error) });
  writeFileSync(file, JSON.stringify({ clients: [reports({ scopes: ['edited'] })] }));
  passASecond();
  const now = jest.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(120_001);
  expect(await scopesOf(store)).toEqual(reports().scopes);
  now.mockRestore();
  expect(String(errors[0])).toContain('could not be read within 120000 ms');
});

test('a change says that the file could not be read in time', async () => {
  write([reports()]);
  const store = open();
  const now = jest.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(120_001);
  await expect(store.update('reports', () => undefined)).rejects.toThrow(
    `${file} could not be read within 120000 ms.`,
  );
  now.mockRestore();
});
