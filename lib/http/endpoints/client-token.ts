import type { Issuer, IssueResult } from '../../issuing/issuer';
import type { IssuedToken } from '../../tokens/tokens';
import { createHttpError, type ChallengeSettings } from '../challenge';
import { createCaller, parseCredentials } from '../request';
import type { Reply } from '../respond';
import type { Endpoint, EndpointResult } from './endpoint';
import { issuedEvent, refusedEvent } from './token-events';

/** The settings of {@link createClientTokenEndpoint}. */
export interface ClientTokenSettings extends ChallengeSettings {
  readonly path: string;
  readonly exposeToken: boolean;
  readonly tokenInBody: boolean;
}

/**
 * Creates the token endpoint. It reads credentials from two request headers, and sends the token in
 * a response header.
 */
export function createClientTokenEndpoint(settings: ClientTokenSettings, issue: Issuer): Endpoint {
  return {
    kind: 'client-token',
    path: settings.path,
    methods: ['GET', 'HEAD', 'POST'],
    vary: 'client-id, client-secret',
    answer: async (req, res, address) => {
      const { clientId, clientSecret } = parseCredentials(req);
      if (clientId === undefined || clientSecret === undefined)
        return toResult(MALFORMED, clientId);
      return toResult(
        await issue({ clientId, clientSecret }, createCaller(req, res, address)),
        clientId,
      );
    },
  };

  function toResult(result: IssueResult, clientId: string | undefined): EndpointResult {
    const { outages, details } = result;
    if (result.issued !== undefined) {
      const reply = tokenReply(result.issued, settings);
      return { reply, event: issuedEvent(result.issued, details), outages };
    }
    const reply = createHttpError(result.refusal, result, settings);
    return { reply, event: refusedEvent(result, clientId), outages };
  }
}

const MALFORMED: IssueResult = { refusal: 'ERR_CREDENTIALS_MALFORMED', details: {}, outages: [] };

function tokenReply({ token, claims }: IssuedToken, settings: ClientTokenSettings): Reply {
  const body = { token_type: 'Bearer', expires_in: claims.exp - claims.iat };
  return {
    status: 200,
    headers: { Authorization: `Bearer ${token}` },
    body: settings.tokenInBody ? { access_token: token, ...body } : body,
    ...(settings.exposeToken && { exposed: 'Authorization' }),
  };
}
