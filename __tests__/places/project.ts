/** A project with the packed tarball, for scripts that run outside of jest. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(__dirname, '../..');
export const MINUTES = 60_000;

/** The output of fixtures/flow.cjs. */
export interface Outcome {
  /** For a correct secret, a wrong one, a guarded route with the token, and without it. */
  readonly statuses: readonly number[];
  /** The longest time between two turns of the event loop during the login. */
  readonly longestDelayMs: number;
  /** The warnings of this package. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  /** The number of worker threads that were started. */
  readonly workers: number;
}

export interface Project {
  /** Contains the script, the package and its dependencies. */
  readonly folder: string;
  /** Creates an empty folder outside of any node_modules. */
  createFolder(name: string): string;
  remove(): void;
}

/** Runs a command. Rejects with its output if it fails, or if it does not exit by itself. */
export async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd, timeout: MINUTES });
  return stdout;
}

/** Runs fixtures/flow.cjs, bundled or not, and prints the longest delay of the event loop. */
export async function runFlow(cwd: string, command: string, ...args: string[]): Promise<Outcome> {
  const outcome = JSON.parse(await run(cwd, command, ...args)) as Outcome;
  const title = expect.getState().currentTestName;
  process.stderr.write(`${String(title)}: longest delay ${String(outcome.longestDelayMs)} ms\n`);
  return outcome;
}

/** Creates a project with these files of fixtures/, and with Vitest. */
export async function createVitestProject(...files: readonly string[]): Promise<Project> {
  const project = await createProject();
  for (const file of files)
    cpSync(path.join(__dirname, 'fixtures', file), path.join(project.folder, file));
  const vitest = path.join(__dirname, 'node_modules/vitest');
  symlinkSync(vitest, path.join(project.folder, 'node_modules/vitest'), 'junction');
  return project;
}

/** Runs the tests of a file by Vitest, and returns its output. */
export function runVitest({ folder }: Project, file: string): Promise<string> {
  const vitest = path.join(folder, 'node_modules/vitest/vitest.mjs');
  return run(folder, process.execPath, vitest, 'run', '--no-color', file);
}

/** Runs the tests of a file by node:test, and returns its output. */
export function runNodeTest({ folder }: Project, file: string): Promise<string> {
  return run(folder, process.execPath, '--test', '--test-reporter=tap', file);
}

/** Packs the build, unpacks it into a new project, and links the dependencies. */
export async function createProject(): Promise<Project> {
  const top = mkdtempSync(path.join(tmpdir(), 'express-client-jwt-places-'));
  const folder = path.join(top, 'project');
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', top];
  const [packed] = JSON.parse(await run(ROOT, 'npm', ...pack)) as { filename: string }[];
  await run(modules, 'tar', '-xzf', path.join(top, String(packed?.filename)));
  cpSync(path.join(modules, 'package'), path.join(modules, 'express-client-jwt'), {
    recursive: true,
  });
  for (const name of ['express', 'bcryptjs', 'jsonwebtoken', 'lru-cache'])
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name), 'junction');
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
  cpSync(path.join(__dirname, 'fixtures/flow.cjs'), path.join(folder, 'flow.cjs'));
  return {
    folder,
    createFolder: (name) => {
      const created = path.join(top, name);
      mkdirSync(created);
      return created;
    },
    remove: () => {
      rmSync(top, { recursive: true, force: true });
    },
  };
}
