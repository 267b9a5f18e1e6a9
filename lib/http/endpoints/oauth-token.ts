import { isScope } from '../../clients/check-client';
import type { JwtAuthErrorCode } from '../../errors';
import type { Issuer, TokenRequest } from '../../issuing/issuer';
import { valueOf, type Form } from '../form';
import type { Endpoint } from './endpoint';
import { createOAuthEndpoint, type OAuthEndpointSettings } from './oauth-endpoint';
import { issuedEvent } from './token-events';

/** The settings of {@link createOAuthTokenEndpoint}. */
export interface OAuthTokenSettings extends OAuthEndpointSettings {
  readonly oauth: { readonly tokenPath: string };
}

/**
 * Creates the token endpoint of OAuth 2.0 (RFC 6749 §4.4), which sends the token in the body (§5.1).
 * The request may name fewer scopes than the client has (§3.3), and resources (RFC 8707 §2).
 */
export function createOAuthTokenEndpoint(settings: OAuthTokenSettings, issue: Issuer): Endpoint {
  const { tokenPath: path } = settings.oauth;
  return createOAuthEndpoint(
    { kind: 'oauth-token', path },
    settings,
    async ({ form, credentials, caller }) => {
      const asked = parseTokenRequest(form);
      if (typeof asked === 'string') return { refusal: asked };
      const result = await issue(credentials, caller, asked);
      if (result.issued === undefined) return result;
      const { issued, details, outages } = result;
      const { claims, token } = issued;
      const body = {
        access_token: token,
        token_type: 'Bearer',
        expires_in: claims.exp - claims.iat,
        ...(claims.scope !== undefined && { scope: claims.scope }),
      };
      return { body, event: issuedEvent(issued, details), outages };
    },
  );
}

function parseTokenRequest(form: Form): TokenRequest | JwtAuthErrorCode {
  const grantType = valueOf(form, 'grant_type');
  if (grantType === undefined) return 'ERR_PARAMETER_MISSING';
  if (grantType !== 'client_credentials') return 'ERR_GRANT_TYPE';
  const scopes = valueOf(form, 'scope')?.split(' ') ?? [];
  if (!scopes.every((each) => isScope(each))) return 'ERR_SCOPE';
  return {
    scopes: scopes.length === 0 ? undefined : [...new Set(scopes)],
    resources: form.get('resource'),
  };
}
