import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const LIB = path.join(__dirname, '../lib');

/**
 * Which folders each folder of lib may import from; '.' is the top of lib. Imports go one way: nothing
 * imports http, and issuing and guarding do not import each other.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  '.': [
    '.',
    'http',
    'tokens',
    'keys',
    'clients',
    'clients/bcrypt',
    'issuing',
    'internal',
    'stores',
  ],
  http: [
    '.',
    'http',
    'http/endpoints',
    'issuing',
    'guarding',
    'routes',
    'tokens',
    'keys',
    'clients',
    'internal',
  ],
  'http/endpoints': [
    '.',
    'http',
    'http/endpoints',
    'issuing',
    'guarding',
    'tokens',
    'keys',
    'clients',
    'internal',
  ],
  issuing: ['.', 'issuing', 'tokens', 'clients', 'internal'],
  guarding: ['.', 'guarding', 'tokens', 'clients', 'internal'],
  tokens: ['.', 'tokens', 'keys', 'internal'],
  keys: ['.', 'keys', 'internal'],
  clients: ['.', 'clients', 'internal'],
  'clients/bcrypt': ['.', 'clients/bcrypt', 'clients', 'internal'],
  stores: ['stores', 'clients', 'clients/bcrypt', 'tokens', 'internal'],
  consumer: ['consumer'],
  routes: ['routes'],
  testing: ['testing', 'http', 'routes', 'tokens', 'clients', 'clients/bcrypt', 'internal'],
  openapi: ['.', 'openapi', 'http', 'http/endpoints', 'routes', 'internal'],
  admin: ['admin', 'clients', 'clients/bcrypt', 'internal'],
  cli: [
    'cli',
    'cli/deployment',
    'admin',
    'clients',
    'clients/bcrypt',
    'guarding',
    'keys',
    'routes',
    'tokens',
    'stores',
    'internal',
  ],
  'cli/deployment': ['cli/deployment', 'cli', 'clients', 'guarding', 'keys', 'tokens', 'internal'],
  internal: ['internal'],
};

/** Packages that only one folder may import. */
const ONLY_IN: Readonly<Record<string, string>> = {
  express: 'http',
  jsonwebtoken: 'tokens',
  bcryptjs: 'clients/bcrypt',
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly from: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(LIB, file), 'utf8');
  const specifiers = [
    ...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\brequire\(\s*|^import\s+)'([^']+)'/gm),
  ];
  return specifiers.map(([, from = '']) => ({ file, room: path.dirname(file), from }));
}

const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(ts|js)$/.test(file),
);
const imports = files.flatMap(importsOf);
const relative = imports.filter(({ from }) => from.startsWith('.'));
const packages = imports.filter(({ from }) => !from.startsWith('.'));

function targetOf({ room, from }: Import): string {
  return path.join(room, from);
}

test('finds imports to check', () => {
  expect(files.length).toBeGreaterThan(20);
  expect(relative.length).toBeGreaterThan(50);
});

test('every folder of lib has its row in the table', () => {
  expect([...new Set(files.map((file) => path.dirname(file)))].sort()).toEqual(
    Object.keys(ALLOWED).sort(),
  );
});

test('no folder imports from a folder above it', () => {
  const upward = relative.filter(
    (each) => !ALLOWED[each.room]?.includes(path.dirname(targetOf(each))),
  );
  expect(upward).toEqual([]);
});

test('folders import only the errors, the events and the reporter from the top of lib', () => {
  const others = relative.filter(
    ({ room, from }) => room !== '.' && path.dirname(path.join(room, from)) === '.',
  );
  expect([...new Set(others.map(targetOf))].sort()).toEqual(['errors', 'events', 'reporter']);
});

test('express, jsonwebtoken and bcryptjs are each imported in one folder', () => {
  const strays = packages.filter(
    ({ room, from }) => from in ONLY_IN && !`${room}/`.startsWith(`${ONLY_IN[from] ?? ''}/`),
  );
  expect(strays).toEqual([]);
  expect(
    Object.keys(ONLY_IN).filter((name) => !packages.some(({ from }) => from === name)),
  ).toEqual([]);
});

test('imports express for its types only, and loads it in the reader of forms alone', () => {
  const loaded = files.filter((file) =>
    /^import (?!type).*from 'express'|require\('express'\)/m.test(
      readFileSync(path.join(LIB, file), 'utf8'),
    ),
  );
  expect(loaded).toEqual(['http/form.ts']);
});

test('every imported package is a dependency or part of Node', () => {
  const manifest = JSON.parse(readFileSync(path.join(LIB, '../package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const known = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  expect(packages.filter(({ from }) => !from.startsWith('node:') && !known.includes(from))).toEqual(
    [],
  );
});

test('only the command-line tool and the check against production read the environment, and only the default clock reads the time', () => {
  const codeOf = (file: string) =>
    readFileSync(path.join(LIB, file), 'utf8').replace(/^ *(\/\*\*|\*|\/\/).*$/gm, '');
  const others = files.filter(
    (file) =>
      !['cli/terminal.ts', 'internal/options.ts', 'testing/assert-not-production.ts'].includes(
        file,
      ),
  );
  expect(
    others.filter((file) => /process\.env|new Date\(\)|Date\.now\b/.test(codeOf(file))),
  ).toEqual([]);
});

test('no files import each other in a circle, not even for types', () => {
  const graph = new Map(
    files.map((file) => [
      file.replace(/\.(ts|js)$/, ''),
      relative.filter((each) => each.file === file).map(targetOf),
    ]),
  );
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    else if (!done.has(file))
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  const done = new Set<string>();
  for (const file of graph.keys()) visit(file, []);
  expect(circles).toEqual([]);
});
