import { execFileSync } from 'node:child_process';
import fs, { rmSync } from 'node:fs';
import { Readable } from 'node:stream';

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
  const hanging = new Readable({ read: () => undefined });
  hanging.push('{"clients": [');
  const read = jest
    .spyOn(fs, 'createReadStream')
    .mockReturnValueOnce(hanging as unknown as fs.ReadStream);
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  passASecond();
  const found = scopesOf(store);
  while (hanging.readableLength > 0 || read.mock.calls.length === 0)
    await new Promise(setImmediate);
  jest.advanceTimersByTime(5000);
  expect(await found).toEqual(reports().scopes);
  jest.useRealTimers();
  expect(String(errors[0])).toContain('could not be read within 5000 ms');
  expect(hanging.destroyed).toBe(true);
  passASecond();
  expect(await scopesOf(store)).toEqual(['edited']);
  read.mockRestore();
});
