import type { CheckedClient } from '../clients/client';
import type { ClientCredentials, VerificationDetails } from '../clients/verifier';
import type { JwtAuthErrorCode, RefusalDetails } from '../errors';
import type { Outage } from '../events';
import { isPromise } from '../internal/maybe-promise';
import { authenticate, type AuthenticationSettings } from './authenticate';
import type { Throttle } from './throttle';
import type { UseRecorder } from './use-recorder';

/** The caller of an endpoint that takes client credentials. */
export interface Caller {
  readonly address: string | undefined;
  /** Creates the signal that is aborted when the caller disconnects. */
  readonly signal: () => AbortSignal;
}

/** The result of one attempt to authenticate, for the response and the event. */
export type ClientAuthentication = {
  readonly details: VerificationDetails;
  /** What failed during the attempt, whether or not the client was authenticated. */
  readonly outages: readonly Outage[];
} & ({ readonly client: CheckedClient } | ClientRefusal);

/** The reason why a client was refused. */
export interface ClientRefusal extends RefusalDetails {
  readonly client?: undefined;
  readonly refusal: JwtAuthErrorCode;
  /** Whether the attempt was given up because the caller has disconnected. */
  readonly isAbandoned?: boolean | undefined;
}

/** Authenticates a client, or refuses it. Never rejects. */
export type ClientAuthenticator = (
  credentials: ClientCredentials,
  caller: Caller,
) => Promise<ClientAuthentication>;

/**
 * Creates the authenticator that all endpoints share. It throttles first, then verifies, then notes
 * the use of the secret.
 */
export function createClientAuthenticator(
  settings: AuthenticationSettings,
  throttle: Throttle,
  noteUse: UseRecorder,
): ClientAuthenticator {
  return async (credentials, { address, signal }) => {
    const { clientId } = credentials;
    const begun = throttle.begin(clientId, address);
    const attempt = isPromise(begun) ? await begun : begun;
    const { retryAfterSeconds, outages } = attempt;
    if (retryAfterSeconds !== undefined)
      return { refusal: 'ERR_THROTTLED', retryAfterSeconds, details: {}, outages };

    const found = await authenticate(settings, credentials, signal);
    const { details } = found;
    if (found.client !== undefined) {
      await attempt.end(false);
      noteUse(clientId, details.secretLabel);
      return { client: found.client, details, outages };
    }
    const { refusal, outage, isAbandoned } = found;
    const failed = outage === undefined ? [] : [{ ...outage, clientId }];
    const counted = await attempt.end(refusal === 'ERR_INVALID_CLIENT');
    return {
      ...{ refusal, details, isAbandoned, cause: outage?.cause },
      retryAfterSeconds: found.retryAfterSeconds,
      outages: [...outages, ...failed, ...counted],
    };
  };
}
