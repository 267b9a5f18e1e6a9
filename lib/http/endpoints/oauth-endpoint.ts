import type { Request, Response } from 'express';

import type { ClientCredentials, VerificationDetails } from '../../clients/verifier';
import type { JwtAuthErrorCode, RefusalDetails } from '../../errors';
import type { Outage, RequestEvent } from '../../events';
import type { Caller } from '../../issuing/client-authenticator';
import { createOAuthError, type ChallengeSettings } from '../challenge';
import { parseClientAuthentication } from '../client-authentication';
import type { Form, FormReader } from '../form';
import { createCaller } from '../request';
import type { Endpoint, EndpointResult } from './endpoint';
import { refusedEvent } from './token-events';

/** A well-formed request to an OAuth endpoint. Its credentials are not verified yet. */
export interface OAuthRequest {
  readonly form: Form;
  readonly credentials: ClientCredentials;
  readonly caller: Caller;
}

/** The body of the response, or the reason why the request is refused. */
export type OAuthResult = { readonly outages?: readonly Outage[] } & (OAuthSuccess | OAuthRefusal);

/** The body of a response and its event. */
interface OAuthSuccess {
  readonly refusal?: undefined;
  readonly body: object;
  readonly event?: RequestEvent;
}

/** The reason why a request is refused. */
export interface OAuthRefusal extends RefusalDetails {
  readonly refusal: JwtAuthErrorCode;
  readonly details?: VerificationDetails;
  readonly isAbandoned?: boolean | undefined;
}

/** The settings that all OAuth endpoints share. */
export interface OAuthEndpointSettings {
  readonly challenge: ChallengeSettings;
  readonly readForm: FormReader;
}

/**
 * Creates an endpoint of OAuth 2.0. It reads the form and the client credentials, and sends errors
 * as RFC 6749 §5.2 defines them.
 */
export function createOAuthEndpoint(
  { kind, path }: Pick<Endpoint, 'kind' | 'path'>,
  { challenge, readForm }: OAuthEndpointSettings,
  answer: (request: OAuthRequest) => Promise<OAuthResult>,
): Endpoint {
  return {
    kind,
    path,
    methods: ['POST'],
    vary: 'Authorization',
    answer: async (req: Request, res: Response, address) => {
      const form = await readForm(req, res);
      if (form === undefined) return refuse({ refusal: 'ERR_FORM_MALFORMED' }, undefined, false);
      const sent = parseClientAuthentication(req, form);
      if (sent.refusal !== undefined) return refuse(sent, undefined, sent.isInBody);
      const { credentials, isInBody } = sent;
      const caller = createCaller(req, res, address);
      const result = await answer({ form, credentials, caller });
      if (result.refusal !== undefined) return refuse(result, credentials.clientId, isInBody);
      const { body, event, outages = [] } = result;
      return { reply: { status: 200, headers: {}, body }, event, outages };
    },
  };

  function refuse(
    result: OAuthRefusal & { readonly outages?: readonly Outage[] },
    clientId: string | undefined,
    isInBody: boolean,
  ): EndpointResult {
    const reply = createOAuthError(result.refusal, result, challenge, isInBody);
    return { reply, event: refusedEvent(result, clientId), outages: result.outages ?? [] };
  }
}
