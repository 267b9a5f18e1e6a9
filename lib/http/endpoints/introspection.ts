import { GuardRefusal, type Guard } from '../../guarding/guard';
import type { ClientAuthenticator } from '../../issuing/client-authenticator';
import { REFUSALS } from '../../errors';
import type { VerifiedJwt } from '../../tokens/verified-jwt';
import { valueOf } from '../form';
import type { Endpoint } from './endpoint';
import { createOAuthEndpoint, type OAuthEndpointSettings } from './oauth-endpoint';

/** The settings of {@link createIntrospectionEndpoint}. */
export interface IntrospectionSettings extends OAuthEndpointSettings {
  readonly oauth: {
    readonly introspectionPath: string;
    readonly introspectionScope: string | undefined;
  };
}

/** One body for every token that is not active: the reason is not revealed (RFC 7662 §2.2). */
const INACTIVE = { active: false };

/**
 * Creates the introspection endpoint (RFC 7662). A token is active if the guard would accept it. A
 * client sees its own tokens, and all tokens if it has `introspectionScope`.
 */
export function createIntrospectionEndpoint(
  settings: IntrospectionSettings,
  authenticateClient: ClientAuthenticator,
  guard: Guard,
): Endpoint {
  const { introspectionPath: path, introspectionScope } = settings.oauth;
  return createOAuthEndpoint(
    { kind: 'introspection', path },
    settings,
    async ({ form, credentials, caller }) => {
      const token = valueOf(form, 'token');
      if (token === undefined) return { refusal: 'ERR_PARAMETER_MISSING' };
      const found = await authenticateClient(credentials, caller);
      if (found.client === undefined) return found;
      const { client, outages } = found;
      const finding = await guard(token, []);
      if (!(finding instanceof GuardRefusal)) {
        const seesAll =
          introspectionScope !== undefined && client.scopes?.includes(introspectionScope);
        const mayKnow = seesAll === true || finding.clientId === client.clientId;
        return { body: mayKnow ? describe(finding) : INACTIVE, outages };
      }
      // An outage says nothing about the token.
      if (REFUSALS[finding.code].status >= 500)
        return { refusal: finding.code, cause: finding.cause, outages };
      return { body: INACTIVE, outages };
    },
  );
}

/** Describes an active token (RFC 7662 §2.2), with the scopes that its client still has. */
function describe({ clientId, scopes, claims }: VerifiedJwt): object {
  const { exp, iat, nbf, sub, aud, iss, jti } = claims;
  const times = { exp, iat, nbf };
  const scope = scopes.length > 0 ? scopes.join(' ') : undefined;
  return {
    ...{ active: true, scope, client_id: clientId, token_type: 'Bearer' },
    ...{ ...times, sub, aud, iss, jti },
  };
}
