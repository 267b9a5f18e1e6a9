import { availableParallelism } from 'node:os';

import { JwtAuthError } from '../../errors';
import { unrefTimer } from '../../internal/unref-timer';
import {
  ThreadDiedError,
  type BcryptResult,
  type BcryptTask,
  type BcryptThread,
  type CompareTask,
  type HashTask,
} from './thread';
import { startThread, type ThreadStarter } from './thread-starter';

/** The limits of a {@link BcryptPool}, and what it depends on. */
export interface BcryptPoolSettings {
  /** The number of threads that work at once. */
  readonly threads: number;
  /** The number of tasks that can wait for a thread. */
  readonly maxQueue: number;
  /** How long a task can wait for a thread, in milliseconds. */
  readonly maxWaitMs: number;
  /** How long an unused thread is kept, in milliseconds (default: one minute). */
  readonly idleMs?: number;
  /** A monotonic time in milliseconds (default: `performance.now`). */
  readonly monotonicMs?: () => number;
  /** Starts a thread (default: the starter that all pools of the process share). */
  readonly startThread?: ThreadStarter;
}

interface Job {
  readonly task: BcryptTask;
  /** Called before the job runs: if it returns false, the job is dropped. */
  readonly isWanted: () => boolean;
  readonly queuedAtMs: number;
  readonly resolve: (result: BcryptResult) => void;
  readonly reject: (error: unknown) => void;
}

const IDLE_MS = 60_000;

/**
 * How long {@link BcryptPool.startSoon} leaves the processor to the start of the app, in
 * milliseconds.
 */
const START_SOON_MS = 250;

/**
 * How often a full queue is searched for unwanted jobs, in milliseconds. Refusing then stays cheap
 * in a flood.
 */
const SWEEP_INTERVAL_MS = 5;

/**
 * The default number of threads: one less than the cores, which leaves one to the event loop, and
 * at most 4.
 */
export function defaultThreads(): number {
  return Math.min(4, Math.max(1, availableParallelism() - 1));
}

/**
 * Runs bcrypt off the event loop, behind a bounded queue. Starts threads on demand, and ends them
 * when they are idle.
 */
export class BcryptPool {
  readonly #settings: Required<BcryptPoolSettings>;
  /** The idle threads, the last used one last, each with the timer that ends it. */
  readonly #idle = new Map<BcryptThread, NodeJS.Timeout>();
  readonly #busy = new Set<BcryptThread>();
  #waiting: Job[] = [];
  #nextSweepMs = -Infinity;
  #isClosed = false;

  constructor(settings: BcryptPoolSettings) {
    const monotonicMs = () => performance.now();
    this.#settings = { idleMs: IDLE_MS, monotonicMs, startThread, ...settings };
  }

  /** Whether the queue is full. If it is, another task is rejected with `ERR_OVERLOADED`. */
  get isFull(): boolean {
    if (this.#waiting.length < this.#settings.maxQueue) return false;
    this.#dropUnwanted();
    return this.#waiting.length >= this.#settings.maxQueue;
  }

  /**
   * Finds the hashes that a secret matches, in one turn of one thread. Rejects with
   * `ERR_OVERLOADED` if the queue is full or the task waits too long. Rejects also if the thread
   * dies, the pool is closed, or `isWanted` returns false.
   */
  async compare(
    task: CompareTask,
    isWanted: () => boolean = () => true,
  ): Promise<readonly string[]> {
    return [await this.#enqueue(task, isWanted)].flat();
  }

  /** Hashes a secret. Rejects as `compare` does. */
  async hash(task: HashTask): Promise<string> {
    return String(await this.#enqueue(task, () => true));
  }

  /** Starts a thread ahead of the first task, when the app has had time to start. */
  startSoon(): void {
    const timer = setTimeout(() => {
      if (this.#isClosed || this.#idle.size + this.#busy.size > 0) return;
      const thread = this.#takeThread();
      if (thread.isReusable) this.#keepIdle(thread);
    }, START_SOON_MS);
    unrefTimer(timer);
  }

  /** Ends the threads and rejects the unfinished tasks. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const job of this.#waiting.splice(0)) job.reject(createClosedError());
    for (const timer of this.#idle.values()) clearTimeout(timer);
    const threads = [...this.#idle.keys(), ...this.#busy];
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  #enqueue(task: BcryptTask, isWanted: () => boolean): Promise<BcryptResult> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw createClosedError();
      if (this.isFull) throw new JwtAuthError('ERR_OVERLOADED');
      const queuedAtMs = this.#settings.monotonicMs();
      this.#waiting.push({ task, isWanted, queuedAtMs, resolve, reject });
      this.#dispatch();
    });
  }

  #dropUnwanted(): void {
    const nowMs = this.#settings.monotonicMs();
    if (nowMs < this.#nextSweepMs) return;
    this.#nextSweepMs = nowMs + SWEEP_INTERVAL_MS;
    this.#waiting = this.#waiting.filter((job) => this.#isRunnable(job, nowMs));
  }

  /** Rejects the job if nobody waits for it, or if it has waited too long. */
  #isRunnable(job: Job, nowMs: number): boolean {
    const isLate = nowMs - job.queuedAtMs > this.#settings.maxWaitMs;
    if (!job.isWanted()) job.reject(new Error('The caller has stopped waiting.'));
    else if (isLate) job.reject(new JwtAuthError('ERR_OVERLOADED'));
    else return true;
    return false;
  }

  #dispatch(): void {
    while (this.#idle.size > 0 || this.#busy.size < this.#settings.threads) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      if (this.#isRunnable(job, this.#settings.monotonicMs())) void this.#work(job);
    }
  }

  async #work(job: Job): Promise<void> {
    const thread = this.#takeThread();
    this.#busy.add(thread);
    try {
      job.resolve(await thread.run(job.task));
    } catch (error) {
      const canRunElsewhere = error instanceof ThreadDiedError && !error.couldStart;
      if (canRunElsewhere && !this.#isClosed) this.#waiting.unshift(job);
      else job.reject(error);
    }
    // A thread that has ended is not among the busy ones any more.
    const isAlive = this.#busy.delete(thread) && thread.isReusable;
    if (isAlive && !this.#isClosed) this.#keepIdle(thread);
    this.#dispatch();
  }

  /** Prefers the thread that was used last, so that unneeded threads become idle. */
  #takeThread(): BcryptThread {
    const [thread, timer] = [...this.#idle].at(-1) ?? [];
    if (thread) {
      clearTimeout(timer);
      this.#idle.delete(thread);
      return thread;
    }
    const started = this.#settings.startThread(() => {
      clearTimeout(this.#idle.get(started));
      this.#idle.delete(started);
      this.#busy.delete(started);
    });
    return started;
  }

  #keepIdle(thread: BcryptThread): void {
    const timer = setTimeout(() => {
      this.#idle.delete(thread);
      void thread.terminate();
    }, this.#settings.idleMs);
    unrefTimer(timer);
    this.#idle.set(thread, timer);
  }
}

function createClosedError(): Error {
  return new Error('The verifier is closed.');
}
