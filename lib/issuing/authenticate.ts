import { checkClient } from '../clients/check-client';
import { JwtAuthError } from '../errors';
import { withTimeout } from '../internal/timeout';
import type { CheckedClient } from '../clients/client';
import type { ClientCredentials, ClientVerifier, VerificationContext } from '../clients/verifier';

/** How a verifier is asked. */
export interface AuthenticationSettings {
  readonly verifier: ClientVerifier;
  /** When a verifier that does not answer has failed. */
  readonly verifierTimeoutMs: number;
}

/**
 * The active client that the credentials prove, or undefined. An answer counts only where it is a well-formed client
 * with the id that was asked for; anything else is a failure.
 *
 * Rejects with `ERR_OVERLOADED` where the verifier says so, and otherwise with what the verifier threw, or with an
 * Error where it did not answer in time.
 *
 * @param onHangUp registers what is to be done once the caller has gone.
 */
export async function authenticate(
  { verifier, verifierTimeoutMs }: AuthenticationSettings,
  credentials: ClientCredentials,
  explain: VerificationContext['explain'],
  onHangUp: (giveUp: () => void) => void,
): Promise<CheckedClient | undefined> {
  const abort = new AbortController();
  const giveUp = (): void => {
    abort.abort();
  };
  onHangUp(giveUp);
  let accepted: CheckedClient | undefined;
  try {
    const answer = verifier.verify(credentials, { signal: abort.signal, explain });
    const client: unknown = await withTimeout(
      answer,
      verifierTimeoutMs,
      'The verifier did not answer in time.',
    );
    if (client === undefined || client === null) return undefined;
    const checked = checkClient(client, "What the verifier's verify() answered");
    if (checked.clientId !== credentials.clientId)
      throw new TypeError('The verifier answered with another client.');
    accepted = checked.disabled ? undefined : checked;
    return accepted;
  } finally {
    // A yes has been read to its end, and an abort costs more than the rest of it.
    if (accepted === undefined) giveUp();
  }
}

/** Whether a verifier means: not now. That is no failure. */
export function isOverload(error: unknown): error is JwtAuthError {
  return error instanceof JwtAuthError && error.code === 'ERR_OVERLOADED';
}
