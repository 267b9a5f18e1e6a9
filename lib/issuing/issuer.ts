import type { CheckedClient } from '../clients/client';
import type { ClientCredentials, VerificationDetails } from '../clients/verifier';
import type { Outage } from '../events';
import type { IssuedToken, Tokens } from '../tokens/tokens';
import type { Caller, ClientAuthenticator, ClientRefusal } from './client-authenticator';

/** The result of one attempt to get a token, for the response and the event. */
export type IssueResult = {
  readonly details: VerificationDetails;
  /** What failed during the attempt, whether or not a token was issued. */
  readonly outages: readonly Outage[];
} & ({ readonly issued: IssuedToken } | IssueRefusal);

/** The reason why no token was issued. */
export type IssueRefusal = Omit<ClientRefusal, 'client'> & { readonly issued?: undefined };

/** What the token is asked for. */
export interface TokenRequest {
  /** The scopes that the token should have. Default: all of the client. */
  readonly scopes?: readonly string[] | undefined;
  /** The resources that the token should be for (RFC 8707 §2). Default: the whole audience. */
  readonly resources?: readonly string[] | undefined;
}

/** Issues a token for credentials, or refuses. Never rejects. */
export type Issuer = (
  credentials: ClientCredentials,
  caller: Caller,
  request?: TokenRequest,
) => Promise<IssueResult>;

/** The parts of an issuer. */
export interface IssuerParts {
  readonly authenticateClient: ClientAuthenticator;
  readonly tokens: Pick<Tokens, 'issue'>;
  readonly audience: string | readonly string[] | undefined;
  readonly clock: () => number;
}

/**
 * Creates an issuer. It authenticates, narrows the scopes and the audience, creates the claims and
 * signs. What a request asks for is only compared after its client is known.
 */
export function createIssuer(parts: IssuerParts): Issuer {
  const { authenticateClient, tokens, clock } = parts;
  const audiences = [parts.audience ?? []].flat();
  return async (credentials, caller, request = {}) => {
    const found = await authenticateClient(credentials, caller);
    if (found.client === undefined) return { ...found, issued: undefined };
    const { client, details, outages } = found;
    const subject = narrow(client, request.scopes);
    if (subject === undefined) return { refusal: 'ERR_SCOPE', details, outages };
    const { resources = [] } = request;
    if (!resources.every((each) => audiences.includes(each)))
      return { refusal: 'ERR_TARGET', details, outages };
    const signed = sign(subject, narrowAudience(audiences, resources));
    return { ...signed, details, outages: [...outages, ...signed.outages] };
  };

  function sign(client: CheckedClient, audience: string | readonly string[] | undefined) {
    try {
      return { issued: tokens.issue(client, clock(), audience), outages: [] };
    } catch (cause) {
      const outage: Outage = { source: 'signer', cause, clientId: client.clientId };
      return { refusal: 'ERR_SERVER', cause, outages: [outage] } as const;
    }
  }
}

/** Gives a client only the scopes that it asks for; undefined if it has not all of them. */
function narrow(client: CheckedClient, scopes?: readonly string[]): CheckedClient | undefined {
  if (scopes === undefined) return client;
  const isOurs = scopes.every((scope) => client.scopes?.includes(scope));
  return isOurs ? { ...client, scopes } : undefined;
}

/** Narrows the audience to the named resources; undefined if that changes nothing. */
function narrowAudience(
  audiences: readonly string[],
  resources: readonly string[],
): string | readonly string[] | undefined {
  const named = audiences.filter((each) => resources.includes(each));
  if (named.length === 0 || named.length === audiences.length) return undefined;
  return named.length === 1 ? named[0] : named;
}
