import type { Revocations } from '../../guarding/revocations';
import type { ClientAuthenticator } from '../../issuing/client-authenticator';
import type { TokenVerifier } from '../../tokens/verifier';
import { valueOf } from '../form';
import type { Endpoint } from './endpoint';
import { createOAuthEndpoint, type OAuthEndpointSettings } from './oauth-endpoint';

/** The settings of {@link createRevocationEndpoint}. */
export interface RevocationSettings extends OAuthEndpointSettings {
  readonly oauth: { readonly revocationPath: string };
}

/** The parts of the revocation endpoint. */
export interface RevocationParts {
  readonly authenticateClient: ClientAuthenticator;
  readonly verify: TokenVerifier;
  readonly revoke: Revocations['revoke'];
}

/**
 * Creates the revocation endpoint (RFC 7009). A client may revoke its own tokens. A token that is
 * not valid is as good as revoked (§2.2).
 */
export function createRevocationEndpoint(
  settings: RevocationSettings,
  { authenticateClient, verify, revoke }: RevocationParts,
): Endpoint {
  return createOAuthEndpoint(
    { kind: 'revocation', path: settings.oauth.revocationPath },
    settings,
    async ({ form, credentials, caller }) => {
      const token = valueOf(form, 'token');
      if (token === undefined) return { refusal: 'ERR_PARAMETER_MISSING' };
      const found = await authenticateClient(credentials, caller);
      if (found.client === undefined) return found;
      const { outages } = found;
      const verified = await verify(token);
      if (typeof verified === 'string') return { body: {}, outages };
      const { clientId, claims } = verified.jwt;
      if (clientId !== found.client.clientId) return { refusal: 'ERR_FOREIGN_TOKEN', outages };
      try {
        await revoke(claims);
      } catch (cause) {
        const outage = { source: 'revocations', cause, clientId } as const;
        return { refusal: 'ERR_REVOCATIONS_UNAVAILABLE', cause, outages: [...outages, outage] };
      }
      return {
        body: {},
        event: { type: 'token.revoked', clientId, jti: claims.jti ?? '' },
        outages,
      };
    },
  );
}
