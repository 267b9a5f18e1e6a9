import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

interface Block {
  readonly file: string | undefined;
  readonly text: string;
}

const blocks: Block[] = [
  ...README.matchAll(/(?:^<!-- (\S+) -->\n)?^```(?:ts|sh|js|json)\n([\s\S]*?)^```$/gm),
].map(([, file, text = '']) => ({ file, text }));

test('running code begins by line 10', () => {
  const line = README.split('\n').indexOf('```ts') + 1;
  expect(line).toBeGreaterThan(0);
  expect(line).toBeLessThan(10);
});

test('every code block names the file that it is copied from', () => {
  expect(blocks.length).toBeGreaterThan(8);
  expect(blocks.filter(({ file }) => file === undefined)).toEqual([]);
});

test.each(blocks)('the block from $file is that file, word for word', ({ file = '', text }) => {
  expect(text).toBe(readFileSync(path.join(ROOT, file), 'utf8'));
});

test('the two commands for a fresh clone are there', () => {
  expect(README).toContain('`npm start`');
  expect(README).toContain('`npm test`');
});

describe('the figures', () => {
  test('are those of the last benchmark', () => {
    const [, table] = /<!-- bench\/results\/summary.md -->\n([\s\S]*?\n)\n/.exec(README) ?? [];
    expect(table).toBe(readFileSync(path.join(ROOT, 'bench/results/summary.md'), 'utf8'));
  });

  test('have their charts', () => {
    const images = [...README.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file = '']) => file);
    expect(images).toHaveLength(3);
    for (const file of images)
      expect(readFileSync(path.join(ROOT, file), 'utf8')).toMatch(/^<svg /);
  });
});
