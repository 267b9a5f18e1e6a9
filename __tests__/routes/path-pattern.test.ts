import { isBelow, parsePath, pathText } from '../../lib/routes/path-pattern';

const certain = (prefix: unknown, path: unknown, isCaseSensitive = false): boolean =>
  isBelow(parsePath(prefix), parsePath(path), isCaseSensitive);

test.each([
  ['/reports', '/reports'],
  ['/reports', '/reports/:id'],
  ['/reports/', '/reports/:id'],
  ['/Reports', '/reports'],
  ['/:tenant', '/acme/reports'],
  ['/:tenant/reports', '/:name/reports'],
  ['/files', '/files{/:id}'],
  ['/files', '/files/*rest'],
])('a request for %2$s is certainly below %1$s', (prefix, path) => {
  expect(certain(prefix, path)).toBe(true);
});

test.each([
  ['/reports', '/report'],
  ['/reports', '/reportsx'],
  ['/reports/x', '/reports'],
  ['/acme', '/:tenant'],
  ['/acme/x', '/:tenant/x'],
  ['/files', '/*rest'],
  ['/:one', '/*rest'],
  ['/files/*rest', '/files/a'],
  ['/*', '/a'],
  ['/a{/:b}', '/a/c'],
  ['/v:n', '/v1'],
  ['/a//b', '/a/b'],
  ['/a/b', '/a//b'],
  ['admin', '/admin'],
  ['/admin', 'admin'],
  [/^\/a/, '/a'],
  ['/a', /^\/a/],
  [undefined, '/a'],
  ['/:id(\\d+)', '/7'],
])('a request for %2$s is not certainly below %1$s', (prefix, path) => {
  expect(certain(prefix, path)).toBe(false);
});

test('paths in a case-sensitive router are compared with their case', () => {
  expect(certain('/Admin', '/Admin', true)).toBe(true);
  expect(certain('/Admin', '/admin', true)).toBe(false);
});

test.each([
  ['/', ''],
  ['/reports/', '/reports'],
  [/^\/x/, '/^\\/x/'],
  [undefined, '/(unknown path)'],
])('the path %s is shown as %j', (path, text) => {
  expect(pathText('', path)).toBe(text);
});
