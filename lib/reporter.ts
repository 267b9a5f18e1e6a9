import type { Request } from 'express';

import type { JwtAuthEvent, OutageEvent } from './events';

/** Is told every event of the app's. What it throws or rejects with is ignored: no answer depends on it. */
export type EventListener = (event: JwtAuthEvent) => void | Promise<void>;

/** What one request adds to its event. */
export interface RequestContext {
  readonly address: string | undefined;
  readonly durationMs: number;
}

/** Tells the listener, where there is one. */
export interface Reporter {
  /**
   * What it returns completes the event of one request with its address, as it is now, and with the time since
   * `startedAt` (of `performance.now()`; default: now). Nothing is measured without a listener.
   */
  watch(
    req: Request,
    startedAt?: number,
  ): (toEvent: (context: RequestContext) => JwtAuthEvent) => void;
  outage(event: Omit<OutageEvent, 'type'>): void;
}

/** Without a listener the first outage of each source becomes a process warning: no failure is silent. */
export function createReporter(listener: EventListener | undefined): Reporter {
  if (listener === undefined) return { watch: () => ignore, outage: createOutageWarning() };

  function tell(event: JwtAuthEvent): void {
    try {
      Promise.resolve(listener?.(event)).catch(ignore);
    } catch {
      // A broken listener is the app's to notice; it must not break an answer.
    }
  }
  return {
    watch: (req, startedAt = performance.now()) => {
      const address = addressOf(req);
      return (toEvent) => {
        tell(toEvent({ address, durationMs: performance.now() - startedAt }));
      };
    },
    outage: (event) => {
      tell({ type: 'outage', ...event });
    },
  };
}

const ignore = (): void => undefined;

/** Express asks the app's own trust proxy function, which may throw: no answer depends on it. */
function addressOf(req: Request): string | undefined {
  try {
    return req.ip;
  } catch {
    return undefined;
  }
}

function createOutageWarning(): Reporter['outage'] {
  const warned = new Set<string>();
  return ({ source, cause }) => {
    if (warned.has(source)) return;
    warned.add(source);
    process.emitWarning(
      `express-client-jwt: the ${source} failed (${kindOf(cause)}). Said once; pass onEvent to see every failure and its cause.`,
    );
  };
}

/** Not its message: that may hold what a log must not, such as the address of a database. */
function kindOf(cause: unknown): string {
  try {
    return cause instanceof Error && typeof cause.name === 'string' ? cause.name : typeof cause;
  } catch {
    return 'an error that cannot be named';
  }
}
