import type { Worker } from 'node:worker_threads';

import bcrypt from 'bcryptjs';

/**
 * A search for the hashes that a secret matches: the first match in `enough`, or every match in
 * `all` if there is none.
 */
export interface CompareTask {
  readonly secret: string;
  readonly enough: readonly string[];
  readonly all: readonly string[];
}

/** The hashing of a new secret. */
export interface HashTask {
  readonly secret: string;
  readonly cost: number;
}

/** A task for a {@link BcryptThread}. */
export type BcryptTask = CompareTask | HashTask;

/** The result of a task: the hashes that match, or the new hash. */
export type BcryptResult = readonly string[] | string;

/** A thread that runs one task at a time. */
export interface BcryptThread {
  /**
   * Whether the thread can take another task. An inline thread runs one task, so that workers are
   * tried again.
   */
  readonly isReusable: boolean;
  /** Runs a task. Rejects with a {@link ThreadDiedError} if the thread ends before it responds. */
  run(task: BcryptTask): Promise<BcryptResult>;
  terminate(): Promise<void>;
}

/** The error of a thread that ended during a task, so that the result is unknown. */
export class ThreadDiedError extends Error {
  override readonly name = 'ThreadDiedError';
  readonly code = 'ERR_HASHING_THREAD_DIED';

  /**
   * @param couldStart false if the thread never started, so that the task can safely run elsewhere.
   */
  constructor(readonly couldStart: boolean) {
    super(
      couldStart
        ? 'The hashing thread ended before it responded.'
        : 'The hashing thread could not be started.',
    );
  }
}

/** The callbacks for a worker that starts, fails to start, or ends. */
export interface WorkerEvents {
  readonly onReady: () => void;
  readonly onStartFailure: (cause: Error) => void;
  /** Called once when the worker has ended, for any reason. */
  readonly onEnd: () => void;
}

/** Runs tasks in a worker that has just been constructed. */
export function useWorker(worker: Worker, events: WorkerEvents): BcryptThread {
  let isReady = false;
  let isTerminated = false;
  let startFailure = new Error('it exited before it was ready');
  let pending: { resolve(result: BcryptResult): void; reject(error: Error): void } | undefined;

  worker.on('message', (message: BcryptResult) => {
    if (!isReady) {
      isReady = true;
      events.onReady();
      return;
    }
    worker.unref();
    pending?.resolve(message);
    pending = undefined;
  });
  worker.on('error', (error: Error) => {
    startFailure = error;
  });
  worker.on('exit', () => {
    events.onEnd();
    const couldStart = isReady || isTerminated;
    if (!couldStart) events.onStartFailure(startFailure);
    pending?.reject(new ThreadDiedError(couldStart));
    pending = undefined;
  });
  // After the listeners, because adding one refs the worker. An idle thread must not keep the
  // process alive.
  worker.unref();

  return {
    isReusable: true,
    run: (task) =>
      new Promise((resolve, reject) => {
        pending = { resolve, reject };
        worker.ref();
        worker.postMessage(task);
      }),
    terminate: async () => {
      isTerminated = true;
      await worker.terminate();
    },
  };
}

/** Runs a task on the event loop, for environments that cannot start a worker. */
export function createInlineThread(): BcryptThread {
  return {
    isReusable: false,
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
