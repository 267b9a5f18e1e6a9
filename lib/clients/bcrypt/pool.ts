import { JwtAuthError } from '../../errors';
import {
  startInlineThread,
  startWorkerThread,
  ThreadDiedError,
  type BcryptResult,
  type BcryptTask,
  type BcryptThread,
  type CompareTask,
  type HashTask,
} from './thread';

/** The size of a {@link BcryptPool}. */
export interface BcryptPoolSettings {
  /** How many threads work at once. */
  readonly threads: number;
  /** How many tasks may wait for a thread. */
  readonly maxQueue: number;
  /** How long a task may wait for a thread. */
  readonly maxWaitMs: number;
}

interface Job {
  readonly task: BcryptTask;
  /** Asked when the job's turn comes: where nobody waits for it any more, it is dropped. */
  readonly isWanted: () => boolean;
  readonly queuedAtMs: number;
  readonly resolve: (result: BcryptResult) => void;
  readonly reject: (error: unknown) => void;
}

/** bcrypt off the event loop, behind a queue that has an end. Threads are started when there is work, and kept. */
export class BcryptPool {
  readonly #settings: BcryptPoolSettings;
  readonly #idle = new Set<BcryptThread>();
  readonly #busy = new Set<BcryptThread>();
  #waiting: Job[] = [];
  #canThread = true;
  #isClosed = false;

  constructor(settings: BcryptPoolSettings) {
    this.#settings = settings;
  }

  /**
   * The hashes that a secret matches, in one turn however many they are. Rejects with `ERR_OVERLOADED` where the queue
   * is full, and where the thread dies, the pool is closed, or `isWanted` says that nobody waits any more.
   */
  async compare(
    task: CompareTask,
    isWanted: () => boolean = () => true,
  ): Promise<readonly string[]> {
    return [await this.#enqueue(task, isWanted)].flat();
  }

  /** The hash of a secret. Rejects as `compare` does. */
  async hash(task: HashTask): Promise<string> {
    return String(await this.#enqueue(task, () => true));
  }

  /** Whether a further job would be refused. */
  get isFull(): boolean {
    return this.#waiting.length >= this.#settings.maxQueue;
  }

  /** Ends the threads; what is not finished is rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#drop(
      () => true,
      () => new Error('The verifier has been closed.'),
    );
    await Promise.all([...this.#idle, ...this.#busy].map((thread) => thread.terminate()));
  }

  #enqueue(task: BcryptTask, isWanted: () => boolean): Promise<BcryptResult> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw new Error('The verifier has been closed.');
      if (this.#waiting.length >= this.#settings.maxQueue) this.#dropUnwanted();
      if (this.#waiting.length >= this.#settings.maxQueue) throw createOverload();
      this.#waiting.push({ task, isWanted, queuedAtMs: performance.now(), resolve, reject });
      this.#dispatch();
    });
  }

  #dropUnwanted(): void {
    this.#drop(
      (job) => !job.isWanted(),
      () => new Error('Nobody waits for this any more.'),
    );
    const oldest = performance.now() - this.#settings.maxWaitMs;
    this.#drop((job) => job.queuedAtMs < oldest, createOverload);
  }

  #drop(which: (job: Job) => boolean, createError: () => Error): void {
    const dropped = this.#waiting.filter(which);
    this.#waiting = this.#waiting.filter((job) => !dropped.includes(job));
    for (const job of dropped) job.reject(createError());
  }

  #dispatch(): void {
    if (this.#idle.size === 0 && this.#busy.size >= this.#settings.threads) return;
    this.#dropUnwanted();
    const job = this.#waiting.shift();
    if (job === undefined) return;
    const [thread = this.#startThread()] = this.#idle;
    this.#idle.delete(thread);
    this.#busy.add(thread);
    void this.#work(thread, job);
    this.#dispatch();
  }

  #startThread(): BcryptThread {
    if (!this.#canThread) return startInlineThread();
    try {
      const thread = startWorkerThread(() => {
        this.#idle.delete(thread);
        this.#busy.delete(thread);
      });
      return thread;
    } catch {
      this.#giveUpThreads();
      return startInlineThread();
    }
  }

  async #work(thread: BcryptThread, job: Job): Promise<void> {
    try {
      job.resolve(await thread.run(job.task));
      if (this.#busy.delete(thread)) this.#idle.add(thread);
    } catch (error) {
      this.#busy.delete(thread);
      if (error instanceof ThreadDiedError && !error.couldStart && !this.#isClosed) {
        this.#giveUpThreads();
        this.#waiting.unshift(job);
      } else job.reject(error);
    }
    this.#dispatch();
  }

  #giveUpThreads(): void {
    if (!this.#canThread) return;
    this.#canThread = false;
    process.emitWarning(
      'express-client-jwt cannot start its hashing thread (is it bundled?): bcrypt runs on the event loop.',
    );
  }
}

function createOverload(): JwtAuthError {
  return new JwtAuthError('ERR_OVERLOADED');
}
