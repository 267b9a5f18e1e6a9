import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { resolveFile, writeAtomically } from '../../lib/internal/files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a write that fails leaves no file behind', async () => {
  const file = path.join(folder, 'a-folder');
  await expect(writeAtomically(path.join(file, 'x'), 'text')).rejects.toThrow('ENOENT');
  writeFileSync(path.join(folder, 'kept'), 'kept');
  await expect(writeAtomically(folder, 'text')).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['kept']);
});

test('resolves a link to its target and a missing file to its own path, and throws for a broken link', async () => {
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
  // Only root can change the owner of a file.
  if (process.getuid?.() === 0) chownSync(file, 65534, 65534);
  const { uid, gid, mode } = statSync(file);
  await writeAtomically(file, 'after');
  expect(readFileSync(file, 'utf8')).toBe('after');
  expect(statSync(file)).toMatchObject({ uid, gid, mode });
});

describe('a file of another owner, on a system that does not let files be given away', () => {
  /** Makes new files belong to another user, and lets chown fail with these codes in turn. */
  function asAnotherUser(...codes: (string | undefined)[]): void {
    const { open } = fs;
    jest.spyOn(fs, 'open').mockImplementation(async (name, flags, mode) => {
      const handle = await open(name, flags, mode);
      if (flags !== 'wx') return handle;
      const stats = await handle.stat();
      const other = Object.assign(stats, { uid: stats.uid + 1, gid: stats.gid + 1 });
      jest.spyOn(handle, 'stat').mockResolvedValue(other);
      const chown = jest.spyOn(handle, 'chown');
      for (const code of codes) {
        if (code === undefined) chown.mockResolvedValueOnce();
        else chown.mockRejectedValueOnce(Object.assign(new Error(code), { code }));
      }
      return handle;
    });
  }
  const fileOf = (mode: number): string => {
    const file = path.join(folder, 'clients.json');
    writeFileSync(file, 'before', { mode });
    chmodSync(file, mode);
    return file;
  };
  const modeOf = (file: string) => statSync(file).mode & 0o777;
  afterEach(() => jest.restoreAllMocks());

  test('a write keeps the mode if the group can be kept, and others may read', async () => {
    const file = fileOf(0o664);
    asAnotherUser('EPERM', undefined);
    await writeAtomically(file, 'after');
    expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['after', 0o664]);
  });

  test('a write keeps the mode if the old owner is known to be in the group', async () => {
    const file = fileOf(0o660);
    asAnotherUser('EPERM', undefined);
    await writeAtomically(file, 'after');
    expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['after', 0o660]);
  });

  test('a write removes the permissions of the group if the group cannot be kept', async () => {
    const file = fileOf(0o664);
    asAnotherUser('EPERM', 'EPERM');
    await writeAtomically(file, 'after');
    expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['after', 0o604]);
  });

  test.each<[string, number, string[], RegExp]>([
    [
      'its owner could not read it',
      0o600,
      ['EPERM', 'EPERM'],
      /belongs to user \d+, who could not/,
    ],
    ['the drive fails', 0o664, ['EIO'], /EIO/],
  ])('a file is not changed if %s', async (_title, mode, codes, message) => {
    const file = fileOf(mode);
    asAnotherUser(...codes);
    await expect(writeAtomically(file, 'after')).rejects.toThrow(message);
    expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['before', ['clients.json']]);
  });
});

/** A file written by another user with these groups; only root can test this. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('a file of app:ops, changed by an operator of the group ops', () => {
  const [app, operator, ops, own] = [4101, 4102, 4201, 4202];

  function changeAsOperator(mode: number, groups: string, uid = app, gid = ops): string {
    const file = path.join(folder, 'clients.json');
    writeFileSync(file, 'before', { mode });
    chmodSync(file, mode);
    chownSync(file, uid, gid);
    chmodSync(folder, 0o777);
    const script = `
      process.setgroups([${groups}]); process.setgid(${String(own)}); process.setuid(${String(operator)});
      require(${JSON.stringify(path.join(__dirname, '../../dist/internal/files.js'))})
        .writeAtomically(${JSON.stringify(file)}, 'after')
        .catch((error) => { console.log(error.message); });`;
    return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim();
  }
  const left = () => {
    const { uid, gid, mode } = statSync(path.join(folder, 'clients.json'));
    return [readFileSync(path.join(folder, 'clients.json'), 'utf8'), uid, gid, mode & 0o777];
  };

  test('keeps its group and its mode if others may read it', () => {
    const mode = 0o664;
    expect(changeAsOperator(mode, String(ops))).toBe('');
    expect(left()).toEqual(['after', operator, ops, mode]);
  });

  test('gives no access to another group if its own cannot be kept', () => {
    expect(changeAsOperator(0o664, '')).toBe('');
    expect(left()).toEqual(['after', operator, own, 0o604]);
  });

  test('keeps its group and its mode if its owner is known to be in the group', () => {
    const [nobody, nogroup] = ['-u', '-g'].map((flag) =>
      Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })),
    ) as [number, number];
    expect(changeAsOperator(0o660, String(nogroup), nobody, nogroup)).toBe('');
    expect(left()).toEqual(['after', operator, nogroup, 0o660]);
  });

  test.each([
    ['neither its group nor others may read it', 0o600],
    ['its owner is not known to be in its group', 0o660],
  ])('a file is not changed if %s, and the error names file and owner', (_title, mode) => {
    expect(changeAsOperator(mode, String(ops))).toMatch(
      /clients\.json belongs to user 4101, who could not read it after this change\. Make the change as that user, or as root\.$/,
    );
    expect(left()).toEqual(['before', app, ops, mode]);
    expect(readdirSync(folder)).toEqual(['clients.json']);
  });
});
