import { checkClient } from '../clients/check-client';
import type { CheckedClient } from '../clients/client';
import type {
  ClientCredentials,
  ClientVerifier,
  VerificationContext,
  VerificationDetails,
} from '../clients/verifier';
import type { JwtAuthError } from '../errors';
import type { OutageEvent } from '../events';
import { CheckError } from '../internal/assert';
import { codeOf } from '../internal/errors';
import { withTimeout } from '../internal/timeout';

/** The settings of {@link authenticate}. */
export interface AuthenticationSettings {
  readonly verifier: ClientVerifier;
  /** The time limit of the verifier, in milliseconds. */
  readonly verifierTimeoutMs: number;
}

/** The client that the credentials prove, or the reason why there is none. */
export type Authentication = { readonly details: VerificationDetails } & (
  { readonly client: CheckedClient } | AuthenticationRefusal
);

interface AuthenticationRefusal {
  readonly client?: undefined;
  readonly refusal: 'ERR_INVALID_CLIENT' | 'ERR_OVERLOADED' | 'ERR_SERVER';
  /** How long the caller should wait, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** Whether the verifier gave up because the caller has disconnected. */
  readonly isAbandoned?: boolean;
  /** What failed, if the credentials could not be checked. */
  readonly outage?: Pick<OutageEvent, 'source' | 'cause'>;
}

/** The `Retry-After` of a failed verifier, in seconds. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Authenticates a client with the verifier. A result counts only if it is a well-formed client with
 * the ID that was sent; any other result is a failure. Never rejects.
 *
 * @param signal Creates the signal that is aborted when the caller disconnects.
 */
export async function authenticate(
  { verifier, verifierTimeoutMs }: AuthenticationSettings,
  credentials: ClientCredentials,
  signal: () => AbortSignal,
): Promise<Authentication> {
  const call = createCall(signal);
  const message = `The verifier did not settle within ${String(verifierTimeoutMs)} ms.`;
  try {
    const verification = verifier.verify(credentials, call.context);
    const result: unknown = await withTimeout(verification, verifierTimeoutMs, message);
    const client = activeClient(result, credentials.clientId);
    if (client !== undefined) return { client, details: call.details() };
    call.end();
    return { refusal: 'ERR_INVALID_CLIENT', details: call.details() };
  } catch (cause) {
    // Any other cause is a failure, which the caller may have been tired of.
    const isAbandoned = call.isAborted() && nameOf(cause) === 'AbortError';
    call.end();
    const refusal = isAbandoned
      ? ({ refusal: 'ERR_SERVER', isAbandoned } as const)
      : failure(cause);
    return { ...refusal, details: call.details() };
  }
}

function nameOf(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'name' in cause ? cause.name : undefined;
}

function activeClient(result: unknown, clientId: string): CheckedClient | undefined {
  if (result === undefined || result === null) return undefined;
  const client = checkClient(result, 'The result of verifier.verify()');
  if (client.clientId !== clientId)
    throw new CheckError('The result of verifier.verify() is another client.');
  return client.disabled ? undefined : client;
}

/** Creates the refusal for an error of the verifier. An overload is not an outage. */
function failure(cause: unknown): AuthenticationRefusal {
  if (isOverload(cause))
    return { refusal: 'ERR_OVERLOADED', retryAfterSeconds: cause.retryAfterSeconds };
  const outage = { source: sourceOf(cause), cause };
  return { refusal: 'ERR_SERVER', retryAfterSeconds: RETRY_AFTER_SECONDS, outage };
}

/**
 * Checks whether an error means an overload. It uses the name, because another copy of this package
 * may have created the error.
 */
function isOverload(cause: unknown): cause is JwtAuthError {
  return codeOf(cause) === 'ERR_OVERLOADED' && (cause as Error).name === 'JwtAuthError';
}

/** Names the source of an outage. A hashing thread that ended during a task has its own. */
function sourceOf(cause: unknown): 'thread' | 'verifier' {
  return codeOf(cause) === 'ERR_HASHING_THREAD_DIED' ? 'thread' : 'verifier';
}

/**
 * Creates the context of one call. The signal is created when the verifier reads it, because that
 * is slow.
 */
function createCall(callerSignal: () => AbortSignal) {
  let details: VerificationDetails = {};
  let abort: AbortController | undefined;
  const context: VerificationContext = {
    get signal() {
      abort ??= follow(callerSignal());
      return abort.signal;
    },
    explain: (more) => {
      details = { ...details, ...more };
    },
  };
  return {
    context,
    details: () => details,
    isAborted: () => abort?.signal.aborted ?? false,
    end: () => abort?.abort(),
  };
}

function follow(signal: AbortSignal): AbortController {
  const abort = new AbortController();
  const end = (): void => {
    abort.abort();
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return abort;
}
