/** The packed tarball, installed in real projects. Needs the package registry; `npm run test:package` runs it. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const FIXTURES = path.join(__dirname, 'fixtures');
const MINUTES = 60_000;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

let folder: string;
let packed: Packed;

function run(cwd: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  }
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'express-client-jwt-package-'));
  const [first] = JSON.parse(
    run(ROOT, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
  ) as Packed[];
  if (first === undefined) throw new Error('npm pack made nothing');
  packed = first;
}, MINUTES);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A new project with the tarball and these packages. */
function createProject(name: string, ...packages: string[]): string {
  const project = path.join(folder, name);
  cpSync(FIXTURES, project, { recursive: true });
  for (const name of ['quick-start.ts', 'clients-file.ts'])
    cpSync(path.join(ROOT, 'examples', name), path.join(project, name));
  writeFileSync(path.join(project, 'package.json'), JSON.stringify({ name, private: true }));
  run(
    project,
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    path.join(folder, packed.filename),
    ...packages,
  );
  return project;
}

describe('the tarball', () => {
  test('the tarball contains the build and the documentation, and nothing else', () => {
    const strays = packed.files
      .map((file) => file.path)
      .filter(
        (file) =>
          !/^(dist\/.+\.(js|d\.ts)|package\.json|LICENSE|README\.md|CHANGELOG\.md|\.github\/SECURITY\.md)$/.test(
            file,
          ),
      );
    expect(strays).toEqual([]);
    expect(packed.files.map((file) => file.path)).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'dist/index.d.ts',
        'dist/clients/bcrypt/bcrypt-worker.js',
        'dist/clients/bcrypt/bcrypt-worker-text.js',
        'dist/admin/client-admin.d.ts',
        ...['consumer', 'testing', 'openapi'].map((name) => `dist/${name}/index.d.ts`),
        'dist/cli/main.js',
        ...['memory', 'file', 'postgres', 'redis'].map((name) => `dist/stores/${name}.d.ts`),
        'README.md',
        'LICENSE',
      ]),
    );
    expect(packed.files.filter((file) => file.path.startsWith('dist/examples'))).toEqual([]);
  });

  test('the tarball is small', () => {
    expect(packed.size).toBeLessThan(175_000);
    expect(packed.unpackedSize).toBeLessThan(600_000);
  });

  test(
    'the tarball passes publint --strict and are-the-types-wrong',
    () => {
      run(ROOT, 'npx', '--no-install', 'publint', '--strict', path.join(folder, packed.filename));
      run(ROOT, 'npx', '--no-install', 'attw', path.join(folder, packed.filename));
    },
    MINUTES,
  );
});

describe.each([
  ['5', '5.0.6'],
  ['4', '4.17.21'],
])('in a project with Express %s', (express, types) => {
  let project: string;

  beforeAll(() => {
    const peers = ['express-jwt@8', 'express-oauth2-jwt-bearer@1'];
    project = createProject(
      `express-${express}`,
      `express@${express}`,
      `@types/express@${types}`,
      'typescript@6.0.3',
      '@types/node@20',
      ...peers,
    );
  }, 3 * MINUTES);

  test('the project has only its own Express', () => {
    const { version } = JSON.parse(
      readFileSync(path.join(project, 'node_modules/express/package.json'), 'utf8'),
    ) as {
      version: string;
    };
    expect(version.startsWith(`${express}.`)).toBe(true);
    expect(
      run(project, 'find', '.', '-path', '*/express-client-jwt/node_modules/*', '-name', 'express'),
    ).toBe('');
  });

  test.each(['commonjs.cjs', 'module.mjs'])('%s gets a token and calls a guarded route', (file) => {
    expect(run(project, process.execPath, file)).toBe('ok\n');
  });

  test('the OAuth endpoint reads forms behind every parser of this Express', () => {
    expect(run(project, process.execPath, 'oauth.cjs')).toBe('ok\n');
  });

  const compile = (file: string, module: string, moduleResolution: string, ...more: string[]) =>
    run(
      project,
      'npx',
      '--no-install',
      'tsc',
      file,
      '--ignoreConfig',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--target',
      'es2022',
      '--types',
      'node',
      '--esModuleInterop',
      '--module',
      module,
      '--moduleResolution',
      moduleResolution,
      ...more,
    );

  test.each([
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
    ['preserve', 'bundler'],
  ])(
    'TypeScript compiles against the package with module %s and resolution %s',
    (module, resolution) => {
      compile('typescript.ts', module, resolution, '--noEmit');
      compile('quick-start.ts', module, resolution, '--noEmit');
    },
    MINUTES,
  );

  test(
    'the compiled TypeScript gets a token and calls a guarded route',
    () => {
      compile('typescript.ts', 'node16', 'node16', '--outDir', 'out', '--rootDir', '.');
      expect(run(project, process.execPath, 'out/typescript.js')).toBe('ok\n');
    },
    MINUTES,
  );

  test(
    'the quick start of the README runs, and its curl lines work',
    () => {
      compile('quick-start.ts', 'node16', 'node16', '--outDir', 'out', '--rootDir', '.');
      const shell = (file: string) =>
        readFileSync(path.join(ROOT, 'examples', file), 'utf8').replace(/^npm install .*$/m, '');
      const script = [
        ...[
          'set -e',
          shell('quick-start.sh'),
          'node out/quick-start.js & server=$!',
          'trap "kill $server" EXIT',
        ],
        ...[
          'for _ in $(seq 100); do curl -s http://127.0.0.1:3000/ >/dev/null && break; sleep 0.1; done',
          shell('call.sh'),
        ],
      ].join('\n');
      const output = run(project, 'bash', '-c', script);
      expect(output.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
      expect(output).toContain('{"token_type":"Bearer","expires_in":3600}');
      expect(output).toContain('{"hello":"reports"}');
    },
    MINUTES,
  );

  test(
    'the command-line steps of the README create a client that gets a token',
    () => {
      compile('clients-file.ts', 'node16', 'node16', '--outDir', 'out', '--rootDir', '.');
      const steps = readFileSync(path.join(ROOT, 'examples/clients-file.sh'), 'utf8').replace(
        /^npm install .*$/m,
        '',
      );
      const script = [
        ...[
          'set -e',
          `{ ${steps.replace(/^export .*$/m, '')} } | tee steps.txt`,
          ...(/^export .*$/m.exec(steps) ?? []),
        ],
        ...['node out/clients-file.js & server=$!', 'trap "kill $server" EXIT'],
        'for _ in $(seq 100); do curl -s http://127.0.0.1:3000/ >/dev/null && break; sleep 0.1; done',
        "SECRET=$(grep -E '^[A-Za-z0-9_-]{43}$' steps.txt | tail -1)",
        'curl -si http://127.0.0.1:3000/auth/jwt -H "client-id: billing" -H "client-secret: $SECRET"',
      ].join('\n');
      const output = run(project, 'bash', '-c', script);
      expect(output).toContain('2 clients, 0 problems, 1 warning.');
      expect(output).toContain('Authorization: Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.');
    },
    MINUTES,
  );

  test.each(['express-jwt', 'express-oauth2-jwt-bearer'])(
    'TypeScript compiles beside %s',
    (peer) => {
      compile(`beside-${peer}.ts`, 'node16', 'node16', '--noEmit');
    },
    MINUTES,
  );
});
