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

/** How a verifier is called. */
export interface AuthenticationSettings {
  readonly verifier: ClientVerifier;
  /** A verifier that has not settled after this time has failed. */
  readonly verifierTimeoutMs: number;
}

/** The client that the credentials prove, or why there is none. */
export type Authentication = { readonly details: VerificationDetails } & (
  { readonly client: CheckedClient } | AuthenticationRefusal
);

interface AuthenticationRefusal {
  readonly client?: undefined;
  readonly refusal: 'ERR_INVALID_CLIENT' | 'ERR_OVERLOADED' | 'ERR_SERVER';
  /** How long the caller should wait, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** Whether the verifier gave up because the caller has gone. */
  readonly isAbandoned?: boolean;
  /** What failed, if it could not be told whether there is a client. */
  readonly outage?: Pick<OutageEvent, 'source' | 'cause'>;
}

/** A failure of ours is worth another attempt after this time. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Asks the verifier who these credentials belong to. Its result counts only if it is a well-formed
 * client with the id that was sent; anything else is a failure. Never rejects.
 *
 * @param signal Makes the signal that is aborted once the caller has hung up.
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
    const isAbandoned = call.isAborted();
    call.end();
    const refusal = isAbandoned
      ? ({ refusal: 'ERR_SERVER', isAbandoned } as const)
      : failure(cause);
    return { ...refusal, details: call.details() };
  }
}

function activeClient(result: unknown, clientId: string): CheckedClient | undefined {
  if (result === undefined || result === null) return undefined;
  const client = checkClient(result, 'The result of verifier.verify()');
  if (client.clientId !== clientId)
    throw new CheckError('The result of verifier.verify() is another client.');
  return client.disabled ? undefined : client;
}

/** A verifier that says "not now" has not failed. */
function failure(cause: unknown): AuthenticationRefusal {
  if (isOverload(cause))
    return { refusal: 'ERR_OVERLOADED', retryAfterSeconds: cause.retryAfterSeconds };
  const outage = { source: sourceOf(cause), cause };
  return { refusal: 'ERR_SERVER', retryAfterSeconds: RETRY_AFTER_SECONDS, outage };
}

/** By its name, because another copy of this package may have made it. */
function isOverload(cause: unknown): cause is JwtAuthError {
  return codeOf(cause) === 'ERR_OVERLOADED' && (cause as Error).name === 'JwtAuthError';
}

/** A hashing thread that died at work is a source of its own. */
function sourceOf(cause: unknown): 'thread' | 'verifier' {
  return codeOf(cause) === 'ERR_HASHING_THREAD_DIED' ? 'thread' : 'verifier';
}

/** The context of one call. Its signal costs something, so it is made when the verifier reads it. */
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
