/** The runtimes that are installed from npm for these tests. */
import { existsSync } from 'node:fs';
import path from 'node:path';

const MODULES = path.join(__dirname, 'node_modules');

export interface Runtime {
  readonly name: string;
  readonly file: string;
  /** The arguments before the script. */
  readonly args: readonly string[];
  /** The arguments that make Node's permission model allow reading files and listening. */
  readonly permissions?: readonly string[];
}

const READ = ['--permission', '--allow-fs-read=*'];

const RUNTIMES: readonly Runtime[] = [
  { name: 'Node 22', file: 'node22/bin/node', args: [], permissions: READ },
  { name: 'Node 24', file: 'node24/bin/node', args: [], permissions: READ },
  { name: 'Node 26', file: 'node26/bin/node', args: [], permissions: [...READ, '--allow-net'] },
  { name: 'Bun', file: '@oven/bun-linux-x64-baseline/bin/bun', args: [] },
  { name: 'Deno', file: '@deno/linux-x64-glibc/deno', args: ['run', '--allow-all'] },
].map((runtime) => ({ ...runtime, file: path.join(MODULES, runtime.file) }));

/** The runtimes that can run here. They are packaged for Linux on x64 only; CI must have all of them. */
export function findRuntimes(): readonly Runtime[] {
  const found = RUNTIMES.filter(({ file }) => process.env.CI === 'true' || existsSync(file));
  for (const { name } of RUNTIMES.filter((runtime) => !found.includes(runtime)))
    process.stderr.write(
      `SKIPPED: ${name} is not installed, since it is packed for Linux on x64\n`,
    );
  return found;
}
