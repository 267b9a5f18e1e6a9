import { CheckError } from './internal/assert';
import { isError } from './internal/errors';
import type { EventContext, JwtAuthEvent, Outage, RequestEvent } from './events';

/** A callback that receives every event. What it throws or rejects with is ignored. */
export type EventListener = (event: JwtAuthEvent) => void | Promise<void>;

/** The functions that pass events to the listener, if there is one. */
export interface Reporter {
  /** Whether there is a listener for the events of requests. If not, they need no measuring. */
  readonly isListening: boolean;
  readonly tell: (event: RequestEvent, context: EventContext) => void;
  readonly outage: (outage: Outage) => void;
}

/** Creates a reporter. Without a listener, the first outage of each source is a process warning. */
export function createReporter(listener: EventListener | undefined): Reporter {
  if (listener === undefined)
    return { isListening: false, tell: () => undefined, outage: createOutageWarning() };

  function notify(event: JwtAuthEvent): void {
    try {
      Promise.resolve(listener?.(event)).catch(() => undefined);
    } catch {
      // An error in the listener must not break a response.
    }
  }
  return {
    isListening: true,
    tell: (event, context) => {
      notify({ ...event, ...context });
    },
    outage: (outage) => {
      notify({ type: 'outage', ...outage });
    },
  };
}

function createOutageWarning(): Reporter['outage'] {
  const warned = new Set<string>();
  return ({ source, cause }) => {
    if (warned.has(source)) return;
    warned.add(source);
    process.emitWarning(
      `express-client-jwt: the ${source} failed (${reasonOf(cause)}). This warning comes once; pass onEvent to see every failure and its cause.`,
    );
  };
}

/**
 * Describes a cause for the log. Our own checks name the client and the field. Other messages may
 * contain what a log must not, such as the address of a database.
 */
function reasonOf(cause: unknown): string {
  if (cause instanceof CheckError) return cause.message;
  try {
    return isError(cause) && typeof cause.name === 'string' ? cause.name : typeof cause;
  } catch {
    return 'an error that cannot be named';
  }
}
