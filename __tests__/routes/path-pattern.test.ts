import { covers, join, parsePath, ROOT } from '../../lib/routes/path-pattern';

const certain = (
  pattern: unknown,
  path: unknown,
  { isCaseSensitive = false, isWhole = false } = {},
): boolean =>
  covers(parsePath(pattern).segments, parsePath(path).segments, { isCaseSensitive, isWhole });

test.each([
  ['/', '/'],
  ['/', '/reports/7'],
  ['/reports', '/reports'],
  ['/reports', '/reports/:id'],
  ['/reports/', '/reports/:id'],
  ['/Reports', '/reports'],
  ['/:tenant', '/acme/reports'],
  ['/:tenant/reports', '/:name/reports'],
  ['/files/*rest', '/files/a'],
  ['/*', '/files/:id'],
  ['/files', '/files{/:id}'],
  ['/files', '/files/*rest'],
])('a guard of %s covers the route %s', (pattern, path) => {
  expect(certain(pattern, path)).toBe(true);
});

test.each([
  ['/reports', '/report'],
  ['/reports', '/reportsx'],
  ['/reports/x', '/reports'],
  ['/acme', '/:tenant'],
  ['/acme/x', '/:tenant/x'],
  ['/files', '/*rest'],
  ['/:one', '/*rest'],
  ['/files/*rest', '/files'],
  ['/*rest/x', '/a/x'],
  ['/a{/:b}', '/a/c'],
  ['/v:n', '/v1'],
  ['/a//b', '/a/b'],
  ['/a/b', '/a//b'],
  [/^\/a/, '/a'],
  ['/a', /^\/a/],
  [undefined, '/a'],
  ['/:id(\\d+)', '/7'],
])('a guard of %s does not certainly cover the route %s', (pattern, path) => {
  expect(certain(pattern, path)).toBe(false);
});

test('a guard in a case-sensitive router covers only the same case', () => {
  expect(certain('/Admin', '/Admin', { isCaseSensitive: true })).toBe(true);
  expect(certain('/Admin', '/admin', { isCaseSensitive: true })).toBe(false);
});

test('a guard of one route covers no path below it', () => {
  expect(certain('/reports', '/reports', { isWhole: true })).toBe(true);
  expect(certain('/reports', '/reports/7', { isWhole: true })).toBe(false);
  expect(certain('/reports/*rest', '/reports/7/x', { isWhole: true })).toBe(true);
});

test('an unknown mount covers only the routes behind the same mount', () => {
  const mount = parsePath(undefined);
  const behind = join(mount, parsePath('/x'));
  const options = { isCaseSensitive: false, isWhole: false };
  expect(covers(mount.segments, behind.segments, options)).toBe(true);
  expect(covers(parsePath(undefined).segments, behind.segments, options)).toBe(false);
});

test.each([
  ['/', ''],
  ['/reports/', '/reports'],
  [/^\/x/, '/^\\/x/'],
  [undefined, '/(unknown path)'],
])('the path %s is shown as %j', (path, text) => {
  expect(join(ROOT, parsePath(path)).text).toBe(text);
});
