import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import type { ClientRecord } from 'express-client-jwt';
import { fileStore, type FileStoreOptions } from 'express-client-jwt/stores/file';

import { describeClientStore } from '../support/client-store-contract';
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

describe('the file store', () => {
  // Without a clock that stands still: what another has written is looked for.
  describeClientStore(() => {
    write([]);
    let tick = 0;
    const ticking = () => (tick += 1000);
    return Promise.resolve({
      store: fileStore(file, { clock: ticking }),
      other: fileStore(file, { clock: ticking }),
    });
  });
});

describe('a file that changes', () => {
  const edited = reports({ scopes: ['edited'] });
  const edits: [string, () => void][] = [
    [
      'is written anew',
      () => {
        write([edited]);
      },
    ],
    [
      'is replaced by rename, as editors do',
      () => {
        write([edited], path.join(folder, 'new.json'));
        renameSync(path.join(folder, 'new.json'), file);
      },
    ],
  ];

  test.each(edits)('and %s is read again once a second has passed', async (_title, edit) => {
    write([reports()]);
    const store = open();
    edit();
    now += 999;
    expect(await scopesOf(store)).toEqual(reports().scopes);
    now += 1;
    expect(await scopesOf(store)).toEqual(['edited']);
  });

  test('behind a link that is swapped, as Kubernetes does, is read again', async () => {
    const [first, second] = ['v1.json', 'v2.json'].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    write([reports()], first);
    write([edited], second);
    symlinkSync(first, file);
    const store = open();
    symlinkSync(second, `${file}.tmp`);
    renameSync(`${file}.tmp`, file);
    passASecond();
    expect(await scopesOf(store)).toEqual(['edited']);
  });

  test('is answered without a promise in between', () => {
    write([reports()]);
    expect(open().find('reports')).toEqual(reports());
  });

  test('is looked at by one for all who ask at once, also where the clock is set back', async () => {
    write([reports()]);
    const store = open();
    now -= 5000;
    write([edited]);
    const found = await Promise.all([scopesOf(store), scopesOf(store), store.list()]);
    expect(found).toEqual([['edited'], ['edited'], [edited]]);
  });

  test.each<[string, () => void, string]>([
    [
      'a broken edit',
      () => {
        writeFileSync(file, '{"clients": [');
      },
      'is not JSON (line',
    ],
    [
      'an edit with a malformed client',
      () => {
        write([{ clientId: 'x' }]);
      },
      'clients[0] (client x).secrets must be an array',
    ],
    [
      'a file that is gone',
      () => {
        rmSync(file);
      },
      'ENOENT',
    ],
  ])(
    'keeps its clients after %s, says so once, and goes on with the next good one',
    async (_title, spoil, message) => {
      const errors: unknown[] = [];
      write([reports()]);
      const store = open({ onError: (error) => errors.push(error) });
      spoil();
      passASecond();
      expect(await scopesOf(store)).toEqual(reports().scopes);
      passASecond();
      expect(await scopesOf(store)).toEqual(reports().scopes);
      expect(errors.length).toBeGreaterThan(0);
      expect(String(errors[0])).toContain(message);
      write([edited]);
      passASecond();
      expect(await scopesOf(store)).toEqual(['edited']);
    },
  );

  test('warns where nobody listens, and survives a listener that throws', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    write([reports()]);
    const stores = [
      open(),
      open({
        onError: () => {
          throw new Error('broken listener');
        },
      }),
    ];
    writeFileSync(file, 'x');
    passASecond();
    for (const store of stores) expect(await scopesOf(store)).toEqual(reports().scopes);
    expect(warn.mock.calls).toEqual([
      [
        `express-client-jwt: could not reload ${file}; still using the previous clients. TypeError: ${file} is not JSON.`,
      ],
    ]);
    warn.mockRestore();
  });
});

test('tokens follow a change within a second: the guard keeps no result of the file store', () => {
  write([reports()]);
  expect(open().selfCaching).toBe(true);
});

describe('a change', () => {
  test('leaves no other file behind, keeps the mode, and keeps a link a link', async () => {
    const target = path.join(folder, 'target.json');
    write([], target);
    symlinkSync(target, file);
    await open().update('reports', () => reports());
    expect(readdirSync(folder).sort()).toEqual(['clients.json', 'target.json']);
    expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual({ clients: [reports()] });
    expect(statSync(target).mode & 0o777).toBe(0o644);
  });

  test('is not made upon a broken file', async () => {
    write([reports()]);
    const store = open();
    writeFileSync(file, '{"clients": [');
    await expect(store.update('reports', () => undefined)).rejects.toThrow('is not JSON');
    expect(readFileSync(file, 'utf8')).toBe('{"clients": [');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('by several processes at once loses nothing', async () => {
    write([]);
    const dist = path.join(__dirname, '../../dist/stores/file.js');
    const script = `const { fileStore } = require(${JSON.stringify(dist)});
      const store = fileStore(${JSON.stringify(file)});
      (async () => {
        for (let i = 0; i < 10; i++) await store.update(process.argv[1] + '-' + i, () => ({ clientId: process.argv[1] + '-' + i, secrets: [] }));
      })();`;
    const run = promisify(execFile);
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        run(process.execPath, ['-e', script, name], { timeout: 20_000 }),
      ),
    );
    const { clients } = JSON.parse(readFileSync(file, 'utf8')) as { clients: ClientRecord[] };
    expect(clients).toHaveLength(30);
  });
});
