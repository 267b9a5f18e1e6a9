// Formats the code in dist for the tarball, so that it is smaller and easier to review.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { format } from 'prettier';

const COMPACT = {
  printWidth: 140,
  useTabs: true,
  arrowParens: 'avoid',
  bracketSpacing: false,
  objectWrap: 'collapse',
};

for (const name of readdirSync('dist', { recursive: true })) {
  if (!/\.(js|d\.ts)$/.test(name) || name.startsWith('examples')) continue;
  const file = `dist/${name}`;
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, await format(text, { filepath: file, ...COMPACT }));
}
