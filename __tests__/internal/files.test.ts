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

/** The file as another user with these groups leaves it: only root can try that. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('a file of app:ops, changed by an operator of the group ops', () => {
  const [app, operator, ops, own] = [4101, 4102, 4201, 4202];

  function changeAsOperator(mode: number, groups: string): string {
    const file = path.join(folder, 'clients.json');
    writeFileSync(file, 'before', { mode });
    chmodSync(file, mode);
    chownSync(file, app, ops);
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

  test.each([0o664, 0o660])('keeps its group and its mode %#', (mode) => {
    expect(changeAsOperator(mode, String(ops))).toBe('');
    expect(left()).toEqual(['after', operator, ops, mode]);
  });

  test('gives nothing to another group if its own cannot be kept', () => {
    expect(changeAsOperator(0o664, '')).toBe('');
    expect(left()).toEqual(['after', operator, own, 0o604]);
  });

  test('stays as it is if its owner could not read it any more, and the error names both', () => {
    expect(changeAsOperator(0o600, String(ops))).toMatch(
      /clients\.json belongs to user 4101, who could not read it after this change\. Make the change as that user, or as root\.$/,
    );
    expect(left()).toEqual(['before', app, ops, 0o600]);
    expect(readdirSync(folder)).toEqual(['clients.json']);
  });
});
