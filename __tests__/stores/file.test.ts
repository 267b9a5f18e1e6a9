import { execFile } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import type { ClientRecord } from 'express-client-jwt';
import { fileStore } from 'express-client-jwt/stores/file';
import { editableStoreContract } from 'express-client-jwt/testing';

import { reports } from '../support/clients';
import { refusesMalformedLimits, runContract } from '../support/contract';
import { file, folder, open, pass, passASecond, scopesOf, write } from '../support/file-store';

describe('fileStore, as an editable client store', () => {
  // The clock must advance, so that the store looks for changes by other processes.
  const openEmpty = () => {
    write([]);
    let tick = 0;
    const ticking = () => (tick += 1000);
    return {
      store: fileStore(file, { clock: ticking }),
      other: fileStore(file, { clock: ticking }),
    };
  };
  runContract(editableStoreContract(openEmpty));
  refusesMalformedLimits(openEmpty);
});

describe('fileStore, when the file changes', () => {
  const edited = reports({ scopes: ['edited'] });
  const edits: [string, () => void][] = [
    [
      'is rewritten',
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

  test.each(edits)('reads the file again after a second if it %s', async (_title, edit) => {
    write([reports()]);
    const store = open();
    edit();
    pass(999);
    expect(await scopesOf(store)).toEqual(reports().scopes);
    pass(1);
    expect(await scopesOf(store)).toEqual(['edited']);
  });

  test('reads the file again if its link is swapped, as Kubernetes does', async () => {
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

  test('find returns without a promise', () => {
    write([reports()]);
    expect(open().find('reports')).toEqual(reports());
  });

  test('concurrent calls share one read, even if the clock is set back', async () => {
    write([reports()]);
    const store = open();
    pass(-5000);
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
      'the file is deleted',
      () => {
        rmSync(file);
      },
      'ENOENT',
    ],
  ])(
    'keeps its clients after %s, reports it once, and loads the next valid file',
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

  test('emits a warning without onError, and survives an onError that throws', async () => {
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

test('the guard applies a change within a second, because it caches no result of fileStore', () => {
  write([reports()]);
  expect(open().selfCaching).toBe(true);
});

describe('a change through fileStore', () => {
  test('a change leaves no other file behind, keeps the mode, and keeps a link', async () => {
    const target = path.join(folder, 'target.json');
    write([], target);
    symlinkSync(target, file);
    await open().update('reports', () => reports());
    expect(readdirSync(folder).sort()).toEqual(['clients.json', 'target.json']);
    expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual({ clients: [reports()] });
    expect(statSync(target).mode & 0o777).toBe(0o644);
  });

  test('a change is rejected if the file is broken', async () => {
    write([reports()]);
    const store = open();
    writeFileSync(file, '{"clients": [');
    await expect(store.update('reports', () => undefined)).rejects.toThrow('is not JSON');
    expect(readFileSync(file, 'utf8')).toBe('{"clients": [');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('concurrent changes by several processes lose nothing', async () => {
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
