// Fills README.md and docs/ from the code: a block below `<!-- path/of/a/file -->` becomes that file, and what stands
// between `<!-- table: NAME -->` and `<!-- end -->` becomes a table of the code. With --check it changes nothing, names the
// pages that are out of date, and exits with 1. It reads dist, so build first.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { TABLES } from './docs-tables.mjs';

const isCheck = process.argv.includes('--check');

const PAGES = [
  'README.md',
  ...readdirSync('docs', { recursive: true })
    .filter((name) => name.endsWith('.md') && !/^(api|node_modules|\.vitepress)\//.test(name))
    .map((name) => path.join('docs', name)),
];

const copyFiles = (text) =>
  text.replace(
    /<!-- (\S+\.\w+) -->\n```(\w+)\n[\s\S]*?^```$/gm,
    (_block, file, language) =>
      `<!-- ${file} -->\n\`\`\`${language}\n${readFileSync(file, 'utf8').trimEnd()}\n\`\`\``,
  );

const fillTables = (text) =>
  text.replace(/<!-- table: (.+) -->\n[\s\S]*?<!-- end -->/g, (_block, name) => {
    const [kind, ...args] = name.split(' ');
    const table = TABLES[kind];
    if (table === undefined) throw new Error(`There is no table "${name}".`);
    return `<!-- table: ${name} -->\n\n${table(...args)}\n\n<!-- end -->`;
  });

for (const page of PAGES) {
  const before = readFileSync(page, 'utf8');
  const after = fillTables(copyFiles(before));
  if (after === before) continue;
  if (isCheck) {
    console.error(`${page} is out of date. Run: npm run docs`);
    process.exitCode = 1;
  } else writeFileSync(page, after);
}
