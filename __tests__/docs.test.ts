import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..');
const DOCS = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md') && !/^(api|node_modules|\.vitepress)\//.test(name))
  .map((name) => `docs/${name}`);
const PAGES = ['README.md', '.github/SECURITY.md', 'CHANGELOG.md', ...DOCS];
const read = (page: string) => readFileSync(path.join(ROOT, page), 'utf8');
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '');

test('the code and the tables of all pages are those of the repository', () => {
  const run = () =>
    execFileSync(process.execPath, ['.ci/docs.mjs', '--check'], { cwd: ROOT, stdio: 'pipe' });
  expect(run).not.toThrow();
});

test.each(['README.md', ...DOCS])(
  'every code block of %s names the file that it comes from',
  (page) => {
    const blocks = [...read(page).matchAll(/(^<!-- \S+\.\w+ -->\n)?^```(?:ts|sh|js|json)$/gm)];
    expect(blocks.filter(([, file]) => file === undefined)).toEqual([]);
  },
);

/** The anchors of a page, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...withoutCode(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

test.each(PAGES)('no link of %s is dead', (page) => {
  const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to);
  const dead = links.filter((link) => {
    const [file = '', anchor] = link.split('#');
    if (link.startsWith('https:')) return false;
    const target = file === '' ? page : path.join(path.dirname(page), file);
    if (!existsSync(path.join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(dead).toEqual([]);
});

test('every page of the docs is in their index', () => {
  const index = read('docs/index.md');
  const missing = DOCS.map((page) => page.replace('docs/', '')).filter(
    (page) => page !== 'index.md' && !index.includes(`](${page})`),
  );
  expect(missing).toEqual([]);
});

test('the README has at most 150 lines, and code begins by line 7', () => {
  const lines = read('README.md').split('\n');
  expect(lines.length - 1).toBeLessThanOrEqual(150);
  expect(lines.indexOf('```ts') + 1).toBeLessThanOrEqual(7);
});

test('the README has the two commands for a fresh clone', () => {
  expect(read('README.md')).toContain('`npm start`');
  expect(read('README.md')).toContain('`npm test`');
});

test('the figures of the README are those of the last benchmark', () => {
  const [, table] =
    /<!-- bench\/results\/summary.md -->\n([\s\S]*?\n)\n/.exec(read('README.md')) ?? [];
  expect(table).toBe(read('bench/results/summary.md'));
});
