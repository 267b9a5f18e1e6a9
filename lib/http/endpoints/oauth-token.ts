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
  readonly resource: string | undefined;
  readonly audience: string | readonly string[] | undefined;
}

/**
 * Creates the token endpoint of OAuth 2.0 (RFC 6749 §4.4), which sends the token in the body (§5.1).
 * The request may name fewer scopes than the client has (§3.3), and resources (RFC 8707 §2).
 */
export function createOAuthTokenEndpoint(settings: OAuthTokenSettings, issue: Issuer): Endpoint {
  const { tokenPath } = settings.oauth;
  return createOAuthEndpoint(tokenPath, settings, async ({ form, credentials, caller }) => {
    const asked = parseTokenRequest(form, settings);
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
  });
}

function parseTokenRequest(
  form: Form,
  { resource, audience = [] }: OAuthTokenSettings,
): TokenRequest | JwtAuthErrorCode {
  const grantType = valueOf(form, 'grant_type');
  if (grantType === undefined) return 'ERR_PARAMETER_MISSING';
  if (grantType !== 'client_credentials') return 'ERR_GRANT_TYPE';
  const audiences = [audience].flat();
  const resources = form.get('resource') ?? [];
  if (!resources.every((each) => each === resource || audiences.includes(each)))
    return 'ERR_TARGET';
  const scopes = valueOf(form, 'scope')?.split(' ') ?? [];
  if (!scopes.every((each) => isScope(each))) return 'ERR_SCOPE';
  return {
    scopes: scopes.length === 0 ? undefined : [...new Set(scopes)],
    audience: narrowAudience(audiences, resources),
  };
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
