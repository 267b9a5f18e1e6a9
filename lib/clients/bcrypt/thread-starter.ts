import { createInlineThread, useWorker, type BcryptThread, type WorkerEvents } from './thread';
import { workerFromFile, workerFromText, type WorkerSource } from './worker-sources';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** The settings of {@link createThreadStarter}. */
export interface ThreadStarterSettings {
  /** The sources of the worker's code, in order of preference. */
  readonly sources: readonly WorkerSource[];
  /** A monotonic time in milliseconds. */
  readonly monotonicMs: () => number;
  /** Called once, when no source works for the first time. */
  readonly warn: (message: string) => void;
}

/** Starts a thread; never throws. `onEnd` is called when a worker ends. */
export type ThreadStarter = (onEnd: () => void) => BcryptThread;

/**
 * Creates a function that starts a worker from the first source that works. A task whose worker
 * fails to start can be given to the next thread, because a failed source is not used again. If all
 * sources fail, tasks run on the event loop for one second, and then the sources are tried again.
 * The delay doubles with each failure, up to one minute.
 */
export function createThreadStarter(settings: ThreadStarterSettings): ThreadStarter {
  const { sources, monotonicMs, warn } = settings;
  let current = 0;
  let retryMs = FIRST_RETRY_MS;
  let retryAtMs = 0;
  let hasWarned = false;

  function onStartFailure(source: WorkerSource, cause: unknown): void {
    // Threads that started at the same time fail together, which counts once.
    if (source !== sources[current]) return;
    current += 1;
    if (current < sources.length) return;
    retryAtMs = monotonicMs() + retryMs;
    retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
    if (!hasWarned) warn(messageFor(cause));
    hasWarned = true;
  }

  return (onEnd) => {
    if (current >= sources.length && monotonicMs() >= retryAtMs) current = 0;
    for (const source of sources.slice(current)) {
      const events: WorkerEvents = {
        onEnd,
        onReady: () => {
          retryMs = FIRST_RETRY_MS;
        },
        onStartFailure: (cause) => {
          onStartFailure(source, cause);
        },
      };
      try {
        return useWorker(source(), events);
      } catch (error) {
        onStartFailure(source, error);
      }
    }
    return createInlineThread();
  };
}

function messageFor(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const cure =
    code === 'ERR_ACCESS_DENIED'
      ? 'Node runs without permission for worker threads. Start it with --allow-worker'
      : 'If the app is bundled, mark express-client-jwt as external and install it beside the bundle';
  return `express-client-jwt cannot start a worker thread (${code ?? message}), so bcrypt blocks the event loop. ${cure}`;
}

/**
 * The starter that all pools of the process share, because the same sources work for all of them.
 */
export const startThread = createThreadStarter({
  sources: [workerFromFile, workerFromText],
  monotonicMs: () => performance.now(),
  warn: (message) => {
    process.emitWarning(message, { code: 'EXPRESS_CLIENT_JWT_NO_WORKER' });
  },
});
