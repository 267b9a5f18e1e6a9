import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fs from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';

import { withFileLock } from '../../lib/internal/file-lock';

/** The container of this process, on Linux. */
const namespace = existsSync('/proc/self/ns/pid') ? readlinkSync('/proc/self/ns/pid') : '';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'files-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe('withFileLock', () => {
  test('throws an error that names the process if another holds the lock, and keeps the lock', async () => {
    const file = path.join(folder, 'clients.json');
    writeFileSync(`${file}.lock`, '4711');
    const action = jest.fn();
    await expect(withFileLock(file, action, 40)).rejects.toThrow(
      `${file}.lock is held by process 4711. If that process is gone, delete the file and try again.`,
    );
    expect(action).not.toHaveBeenCalled();
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  test('waits for the lock, and releases it after a failure', async () => {
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

  test('throws at once if the folder does not exist', async () => {
    await expect(
      withFileLock(path.join(folder, 'no/clients.json'), () => Promise.resolve()),
    ).rejects.toThrow('ENOENT');
  });

  test('writes the process and the host into the lock file', async () => {
    const file = path.join(folder, 'clients.json');
    await withFileLock(file, () => {
      expect(readFileSync(`${file}.lock`, 'utf8')).toBe(
        `${String(process.pid)} ${hostname()} ${namespace}`.trim(),
      );
      return Promise.resolve();
    });
  });

  test('throws at once if a process of this host held the lock and has ended, and keeps the lock', async () => {
    const file = path.join(folder, 'clients.json');
    const holder = `4194304 ${hostname()} ${namespace}`.trim();
    writeFileSync(`${file}.lock`, holder);
    await expect(withFileLock(file, () => Promise.resolve(), Infinity)).rejects.toThrow(
      `${file}.lock is held by process 4194304 on ${hostname()}, which has ended. Delete the file and try again.`,
    );
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe(holder);
  });

  test.each([
    ['of this process', `${String(process.pid)} ${hostname()}`],
    ['of another host', '4194304 elsewhere'],
    ['of another container with the same host name', `4194304 ${hostname()} pid:[1]`],
    ['that is empty', ''],
  ])('waits for a lock %s', async (_title, holder) => {
    const file = path.join(folder, 'clients.json');
    writeFileSync(`${file}.lock`, holder);
    await expect(withFileLock(file, () => Promise.resolve(), 40)).rejects.toThrow(
      'If that process is gone, delete the file and try again.',
    );
  });

  test('works on a file system without hard links', async () => {
    jest
      .spyOn(fs, 'link')
      .mockRejectedValue(Object.assign(new Error('no links'), { code: 'EPERM' }));
    const file = path.join(folder, 'clients.json');
    await withFileLock(file, () => {
      expect(existsSync(`${file}.lock`)).toBe(true);
      return Promise.resolve();
    });
    writeFileSync(`${file}.lock`, '');
    await expect(withFileLock(file, () => Promise.resolve(), 40)).rejects.toThrow('is held by');
  });
});

test('removes temporary files that killed processes left an hour ago, and no other files', async () => {
  const file = path.join(folder, 'clients.json');
  const [old, alsoOld, young, strange, other] = [
    '.clients.json.0123456789ab.tmp',
    '.clients.json.lock.0123456789ab.tmp',
    '.clients.json.ba9876543210.tmp',
    '.clients.json.backup.tmp',
    '.other.json.0123456789ab.tmp',
  ] as const;
  const hourAgo = new Date(Date.now() - 3_601_000);
  for (const name of [old, alsoOld, young, strange, other]) {
    writeFileSync(path.join(folder, name), '');
    if (name !== young) utimesSync(path.join(folder, name), hourAgo, hourAgo);
  }
  await withFileLock(file, () => Promise.resolve());
  expect(readdirSync(folder).sort()).toEqual([strange, young, other].sort());
});

test.each(['readdir', 'stat', 'readlink'] as const)(
  'a lock is taken and released although %s fails',
  async (name) => {
    writeFileSync(path.join(folder, '.clients.json.0123456789ab.tmp'), '');
    jest.spyOn(fs, name).mockRejectedValue(new Error('EIO'));
    const file = path.join(folder, 'clients.json');
    await withFileLock(file, () => {
      expect(existsSync(`${file}.lock`)).toBe(true);
      return Promise.resolve();
    });
    expect(existsSync(`${file}.lock`)).toBe(false);
  },
);

test('a leftover that cannot be removed does no harm', async () => {
  const leftover = path.join(folder, '.clients.json.0123456789ab.tmp');
  writeFileSync(leftover, '');
  const hourAgo = new Date(Date.now() - 3_601_000);
  utimesSync(leftover, hourAgo, hourAgo);
  const { rm } = fs;
  jest
    .spyOn(fs, 'rm')
    .mockImplementation((name, options) =>
      name === leftover ? Promise.reject(new Error('EACCES')) : rm(name, options),
    );
  const action = jest.fn(() => Promise.resolve());
  await withFileLock(path.join(folder, 'clients.json'), action);
  expect(action).toHaveBeenCalledTimes(1);
});

test('a lock that disappears while it is read is taken', async () => {
  const file = path.join(folder, 'clients.json');
  writeFileSync(`${file}.lock`, '4194304 elsewhere');
  jest.spyOn(fs, 'readFile').mockImplementationOnce(() => {
    rmSync(`${file}.lock`);
    return Promise.reject(new Error('ENOENT'));
  });
  const action = jest.fn(() => Promise.resolve());
  await withFileLock(file, action);
  expect(action).toHaveBeenCalledTimes(1);
});
