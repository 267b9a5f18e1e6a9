import type { CheckedClient } from '../clients/client';
import type { ClientCredentials, VerificationDetails } from '../clients/verifier';
import type { JwtAuthErrorCode, RefusalDetails } from '../errors';
import type { Outage } from '../events';
import { isPromise } from '../internal/maybe-promise';
import type { IssuedToken, Tokens } from '../tokens/tokens';
import { authenticate, type AuthenticationSettings } from './authenticate';
import type { Throttle } from './throttle';

/** The caller of the token endpoint. */
export interface Caller {
  readonly address: string | undefined;
  /** Creates the signal that is aborted when the caller disconnects. */
  readonly signal: () => AbortSignal;
}

/** The result of one attempt to get a token, for the response and the event. */
export type IssueResult = {
  readonly details: VerificationDetails;
  /** What failed during the attempt, whether or not a token was issued. */
  readonly outages: readonly Outage[];
} & ({ readonly issued: IssuedToken } | IssueRefusal);

/** The reason why no token was issued. */
export interface IssueRefusal extends RefusalDetails {
  readonly issued?: undefined;
  readonly refusal: JwtAuthErrorCode;
  /** Whether the attempt was given up because the caller has disconnected. */
  readonly isAbandoned?: boolean | undefined;
}

/** Issues a token for credentials, or refuses. Never rejects. */
export type Issuer = (credentials: ClientCredentials, caller: Caller) => Promise<IssueResult>;

/** The parts of an issuer. */
export interface IssuerParts {
  readonly settings: AuthenticationSettings & { readonly clock: () => number };
  readonly tokens: Pick<Tokens, 'issue'>;
  readonly throttle: Throttle;
}

/** Creates an issuer. It throttles, authenticates, creates the claims and signs, in this order. */
export function createIssuer({ settings, tokens, throttle }: IssuerParts): Issuer {
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
      const signed = sign(found.client);
      return { ...signed, details, outages: [...outages, ...signed.outages] };
    }
    const { refusal, outage, isAbandoned } = found;
    const failed = outage === undefined ? [] : [{ ...outage, clientId }];
    const counted = await attempt.end(refusal === 'ERR_INVALID_CLIENT');
    return {
      ...{
        refusal,
        details,
        retryAfterSeconds: found.retryAfterSeconds,
        cause: outage?.cause,
        isAbandoned,
      },
      outages: [...outages, ...failed, ...counted],
    };
  };

  function sign(client: CheckedClient) {
    try {
      return { issued: tokens.issue(client, settings.clock()), outages: [] };
    } catch (cause) {
      const outage: Outage = { source: 'signer', cause, clientId: client.clientId };
      return { refusal: 'ERR_SERVER', cause, outages: [outage] } as const;
    }
  }
}
