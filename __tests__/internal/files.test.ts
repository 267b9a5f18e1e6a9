import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { resolveFile, withFileLock, writeAtomically } from '../../lib/internal/files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a file lock', () => {
  test('that another holds is an error that says whose it is, and stays', async () => {
    const file = path.join(folder, 'clients.json');
    writeFileSync(`${file}.lock`, '4711');
    const action = jest.fn();
    await expect(withFileLock(file, action, 40)).rejects.toThrow(
      `${file}.lock is held by process 4711. If that process is gone, delete the file and try again.`,
    );
    expect(action).not.toHaveBeenCalled();
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  test('is waited for, and given back after a failure', async () => {
    const file = path.join(folder, 'clients.json');
    const order: string[] = [];
    let finish: () => void = () => undefined;
    let enter: () => void = () => undefined;
    const isIn = new Promise<void>((resolve) => (enter = resolve));
    const first = withFileLock(file, async () => {
      enter();
      await new Promise<void>((resolve) => (finish = resolve));
      order.push('first');
      throw new Error('failed');
    });
    await isIn;
    const second = withFileLock(file, () => Promise.resolve(order.push('second')));
    await new Promise(setImmediate);
    finish();
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(order).toEqual(['first', 'second']);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('in a folder that does not exist is an error at once', async () => {
    await expect(
      withFileLock(path.join(folder, 'no/clients.json'), () => Promise.resolve()),
    ).rejects.toThrow('ENOENT');
  });
});

test('a write that fails leaves nothing behind', async () => {
  const file = path.join(folder, 'a-folder');
  await expect(writeAtomically(path.join(file, 'x'), 'text')).rejects.toThrow('ENOENT');
  writeFileSync(path.join(folder, 'kept'), 'kept');
  await expect(writeAtomically(folder, 'text')).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['kept']);
});

test('a link is what it points to, a file that is not there is where it will be, and a link to nothing is an error', async () => {
  const [target, link, dangling] = ['target', 'link', 'dangling'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  writeFileSync(target, 'x');
  symlinkSync(target, link);
  symlinkSync(path.join(folder, 'nothing'), dangling);
  expect(await resolveFile(link)).toBe(await resolveFile(target));
  expect(await resolveFile(path.join(folder, 'new'))).toBe(
    path.join(path.dirname(await resolveFile(target)), 'new'),
  );
  await expect(resolveFile(dangling)).rejects.toThrow('is a link to a file that does not exist.');
  await expect(resolveFile(path.join(target, 'x'))).rejects.toThrow('ENOTDIR');
});

test('a write keeps the owner of the file, or changes nothing', async () => {
  const file = path.join(folder, 'clients.json');
  writeFileSync(file, 'before', { mode: 0o640 });
  // Only root can give a file away.
  if (process.getuid?.() === 0) chownSync(file, 65534, 65534);
  const { uid, gid, mode } = statSync(file);
  await writeAtomically(file, 'after');
  expect(readFileSync(file, 'utf8')).toBe('after');
  expect(statSync(file)).toMatchObject({ uid, gid, mode });
});
