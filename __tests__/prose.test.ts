import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..');
const filesIn = (folder: string, extension: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !/^(api|node_modules|\.vitepress)\//.test(name))
    .map((name) => path.join(folder, name));
const PAGES = [
  ...['README.md', 'CHANGELOG.md', '.github/SECURITY.md', '.github/CONTRIBUTING.md'],
  ...filesIn('docs', '.md'),
];
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** A page without its code, tables and headings. */
const proseOf = (page: string) =>
  read(page)
    .replace(/^```[\s\S]*?^```$/gm, '')
    .replace(/<!-- table[\s\S]*?<!-- end -->/g, '')
    .replace(/^[|#].*$/gm, '');

const commentsOf = (file: string) =>
  [...read(file).matchAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm)]
    .map(([comment]) =>
      comment.replace(/@example[\s\S]*/, '').replace(/^\s*(\/\*\*|\*\/?|\/\/)/gm, ''),
    )
    .join('\n');

function shareOf(words: RegExp, text: string): number {
  const all = text.match(/[A-Za-z'’]+/g)?.length ?? 0;
  return ((text.match(words)?.length ?? 0) * 1000) / all;
}

describe.each([
  ['the pages', PAGES.map(proseOf).join('\n')],
  ['the comments in lib', filesIn('lib', '.ts').map(commentsOf).join('\n')],
])('%s', (_title, text) => {
  test('say "where" at most twice in 1,000 words', () => {
    expect(shareOf(/\bwhere\b/gi, text)).toBeLessThanOrEqual(2);
  });

  test('say "if" or "when" at least seven times in 1,000 words', () => {
    expect(shareOf(/\b(if|when)\b/gi, text)).toBeGreaterThanOrEqual(7);
  });
});

test.each(PAGES)('no sentence of %s has more than 30 words', (page) => {
  const sentences = proseOf(page)
    .replace(/`[^`]*`/g, 'code')
    .replace(/\]\([^)]*\)/g, ']')
    .split(/\n\s*\n|\n(?=- |\d+\. )|(?<=[.:;!?])\s+/);
  const long = sentences.filter((sentence) => (sentence.match(/[\w'’-]+/g)?.length ?? 0) > 30);
  expect(long).toEqual([]);
});
