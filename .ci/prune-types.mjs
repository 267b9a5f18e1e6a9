// Deletes the declarations that no entry of package.json reaches: users cannot import them.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const { exports: entries } = JSON.parse(readFileSync('package.json', 'utf8'));
const reached = new Set();
const reach = (file) => {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/['"](\.{1,2}\/[^'"]*)['"]/g))
    reach(`${path.join(path.dirname(file), specifier)}.d.ts`);
};
for (const { types } of Object.values(entries)) if (types) reach(path.normalize(types));

for (const name of readdirSync('dist', { recursive: true })) {
  const file = path.join('dist', name);
  const isOurs = file.endsWith('.d.ts') && !file.startsWith(path.join('dist', 'examples'));
  if (isOurs && !reached.has(file)) rmSync(file);
}
