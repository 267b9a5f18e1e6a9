// Installs the packages of a lock file where they are missing or older than it, so that `npm start` and `npm test` work on
// a clean clone and cost nothing afterwards. Further folders can be named: node .ci/install.mjs . bench
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';

const modifiedMs = (...parts) =>
  statSync(path.join(...parts), { throwIfNoEntry: false })?.mtimeMs ?? 0;

const [, , ...named] = process.argv;
for (const folder of named.length > 0 ? named : ['.']) {
  const installed = modifiedMs(folder, 'node_modules/.package-lock.json');
  if (process.exitCode || (installed > 0 && installed >= modifiedMs(folder, 'package-lock.json')))
    continue;
  console.log(
    `Installing the packages of ${folder === '.' ? 'this project' : folder}, about a minute …`,
  );
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund'];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: folder, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: folder, stdio: 'inherit', shell: true });
  process.exitCode = status ?? 1;
}
