// Builds the package and the examples if a source is newer than the last build, so that `npm start` is quick.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const STAMP = 'dist/.built';
const SOURCES = ['lib', 'examples', '.ci', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** When something in here changed last; a folder changes when a file comes or goes. */
function changedMs(place) {
  const stats = statSync(place);
  const inside = stats.isDirectory() ? readdirSync(place) : [];
  return Math.max(stats.mtimeMs, ...inside.map((name) => changedMs(path.join(place, name))));
}

const builtMs = statSync(STAMP, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (Math.max(...SOURCES.map(changedMs)) > builtMs) {
  console.log('Building …');
  const { status } = spawnSync('npm run --silent build && npm run --silent build:examples', {
    shell: true,
    stdio: 'inherit',
  });
  if (status === 0) writeFileSync(STAMP, '');
  process.exitCode = status ?? 1;
}
