// Installs the packages of the lock file where they are missing or older than it, so that `npm start` and `npm test`
// work on a clean clone and cost nothing afterwards.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

const modifiedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const installed = modifiedMs('node_modules/.package-lock.json');
if (installed === 0 || installed < modifiedMs('package-lock.json')) {
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund'];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { stdio: 'inherit' })
    : spawnSync('npm', args, { stdio: 'inherit', shell: true });
  process.exitCode = status ?? 1;
}
