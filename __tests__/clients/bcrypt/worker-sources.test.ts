import fs from 'node:fs';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';

import { useWorker } from '../../../lib/clients/bcrypt/thread';
import {
  permissionFlags,
  workerFromFile,
  workerFromText,
} from '../../../lib/clients/bcrypt/worker-sources';
import { HASH, OTHER_HASH, SECRET } from '../../support/clients';

const ROOT = path.join(__dirname, '../../..');

afterEach(() => {
  jest.restoreAllMocks();
});

/** The fields of a package.json that these tests need. */
interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

function readManifest(file: string): Manifest {
  return JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8')) as Manifest;
}

describe.each<[string, () => Worker]>([
  ['the file', workerFromFile],
  ['the text', workerFromText],
])('%s', (title, create) => {
  /** Runs one task in a new worker. */
  async function run(task: Parameters<ReturnType<typeof useWorker>['run']>[0]) {
    const nothing = () => undefined;
    const events = { onReady: nothing, onStartFailure: nothing, onEnd: nothing };
    const thread = useWorker(create(), events);
    const result = await thread.run(task);
    await thread.terminate();
    return result;
  }

  test(`a worker from ${title} compares`, async () => {
    const task = { secret: SECRET, enough: [OTHER_HASH], all: [OTHER_HASH, HASH] };
    expect(await run(task)).toEqual([HASH]);
  });

  test(`a worker from ${title} hashes`, async () => {
    expect(await run({ secret: 'new', cost: 4 })).toMatch(/^\$2[aby]\$04\$/);
  });
});

test('the worker file is not used if it does not exist, as in a bundle', () => {
  jest.spyOn(fs, 'existsSync').mockReturnValue(false);
  expect(workerFromFile).toThrow(/bcrypt-worker\.js does not exist$/);
});

describe('the text of the worker', () => {
  const text = jest.requireActual<string>('../../../dist/clients/bcrypt/bcrypt-worker-text.js');
  const version = /^\/\*! Contains bcryptjs (\S+):/.exec(text)?.[1];

  test('the worker text contains the installed version of bcryptjs', () => {
    expect(version).toBe(readManifest('node_modules/bcryptjs/package.json').version);
  });

  test('the worker text contains the lowest version of bcryptjs that package.json allows', () => {
    const { dependencies } = readManifest('package.json');
    expect(dependencies.bcryptjs).toBe(`^${String(version)}`);
  });

  test('the worker text contains the licence of bcryptjs', () => {
    const license = fs.readFileSync(path.join(ROOT, 'node_modules/bcryptjs/LICENSE'), 'utf8');
    expect(license).toContain('Redistributions in binary form must reproduce');
    expect(text).toContain(license.trim());
  });

  test('the worker text needs no package', () => {
    const required = [...text.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
    expect(required.sort()).toEqual(['crypto', 'node:worker_threads']);
  });
});

test.each<[string[], string[]]>([
  [[], []],
  [['--inspect-brk', '--input-type=module', '--import', 'tsx'], []],
  [
    ['--permission', '--allow-fs-read=/app', '--allow-worker', '--allow-fs-write=/app'],
    ['--permission', '--allow-fs-read=/app'],
  ],
  [
    ['--experimental-permission', '--allow-fs-read', '/app', '--require', '/app/a.js'],
    ['--experimental-permission', '--allow-fs-read', '/app'],
  ],
])('a worker of a process started with %j inherits %j', (execArgv, inherited) => {
  expect(permissionFlags(execArgv)).toEqual(inherited);
});
