import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Constructs a worker, or throws if this source of its code is not available. */
export type WorkerSource = () => Worker;

/** Runs the file beside this one. A bundle has no such file, or has it without bcryptjs. */
export function workerFromFile(): Worker {
  const file = path.join(__dirname, 'bcrypt-worker.js');
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  return new Worker(file, workerOptions());
}

/**
 * Runs the worker's code from a string that contains bcryptjs, so that every bundler includes it.
 */
export function workerFromText(): Worker {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only if the file is missing
  const text = require('./bcrypt-worker-text.js') as string;
  return new Worker(text, { ...workerOptions(), eval: true });
}

function workerOptions(): WorkerOptions {
  // An empty environment keeps the app's secrets and NODE_OPTIONS, which can preload modules, out
  // of the worker.
  return { env: {}, execArgv: permissionFlags(process.execArgv) };
}

/**
 * Selects the flags that start Node's permission model and allow reading files. Without them a
 * worker has every permission. Other flags could break the worker, such as `--import` and
 * `--input-type=module`.
 */
export function permissionFlags(execArgv: readonly string[]): string[] {
  const isPermission = (arg = '') =>
    /^--((experimental-)?permission|allow-fs-read(=.*)?)$/.test(arg);
  return execArgv.filter(
    (arg, index) =>
      isPermission(arg) || (!arg.startsWith('-') && isPermission(execArgv[index - 1])),
  );
}
