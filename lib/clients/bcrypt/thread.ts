import path from 'node:path';
import { Worker } from 'node:worker_threads';

import bcrypt from 'bcryptjs';

/** Finds the hashes that a secret matches: the first of `enough` will do, and where there is none, every one of `all`. */
export interface CompareTask {
  readonly secret: string;
  readonly enough: readonly string[];
  readonly all: readonly string[];
}

/** Makes the hash of a new secret. */
export interface HashTask {
  readonly secret: string;
  readonly cost: number;
}

export type BcryptTask = CompareTask | HashTask;

/** What comes of it: the hashes that match, or the new hash. */
export type BcryptResult = readonly string[] | string;

/** One place where one task at a time is worked out. */
export interface BcryptThread {
  /** Rejects with a {@link ThreadDiedError} where the thread ends before it has answered. */
  run(task: BcryptTask): Promise<BcryptResult>;
  terminate(): Promise<void>;
}

/** The thread that was at work is gone: the answer is not known. */
export class ThreadDiedError extends Error {
  override readonly name = 'ThreadDiedError';
  readonly code = 'ERR_HASHING_THREAD_DIED';

  /** @param couldStart false where threads cannot be had here at all. */
  constructor(readonly couldStart: boolean) {
    super(
      couldStart
        ? 'The hashing thread ended before it had answered.'
        : 'The hashing thread could not be started.',
    );
  }
}

/** Starts a worker thread. `onEnd` is called once it is gone, for whatever reason. */
export function startWorkerThread(onEnd: () => void): BcryptThread {
  const worker = new Worker(path.join(__dirname, 'bcrypt-worker.js'), { execArgv: [] });
  let isReady = false;
  let failedToStart = false;
  let pending: { resolve(result: BcryptResult): void; reject(error: Error): void } | undefined;

  worker.on('message', (message: BcryptResult) => {
    if (!isReady) {
      isReady = true;
      return;
    }
    worker.unref();
    pending?.resolve(message);
    pending = undefined;
  });
  worker.on('error', () => {
    failedToStart = !isReady;
  });
  worker.on('exit', () => {
    onEnd();
    pending?.reject(new ThreadDiedError(!failedToStart));
    pending = undefined;
  });
  // After the listeners, since adding one refs the worker again: an idle thread must not keep the process alive.
  worker.unref();

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        pending = { resolve, reject };
        worker.ref();
        worker.postMessage(task);
      }),
    terminate: async () => {
      await worker.terminate();
    },
  };
}

/** Works on the event loop itself, for places where no worker can be started, such as a single-file bundle. */
export function startInlineThread(): BcryptThread {
  return {
    run: (task) => ('cost' in task ? bcrypt.hash(task.secret, task.cost) : compareInline(task)),
    terminate: () => Promise.resolve(),
  };
}

async function compareInline({ secret, enough, all }: CompareTask): Promise<string[]> {
  for (const hash of enough) {
    if (await bcrypt.compare(secret, hash)) return [hash];
  }
  const matches: string[] = [];
  for (const hash of all) {
    if (await bcrypt.compare(secret, hash)) matches.push(hash);
  }
  return matches;
}
