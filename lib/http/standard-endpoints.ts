/**
 * The endpoints of the standards and their documents. `create-endpoints.ts` loads this file if an
 * option needs it.
 */
import type { Guard } from '../guarding/guard';
import type { Revocations } from '../guarding/revocations';
import { isTrustedUrl, TRUSTED_URL } from '../internal/urls';
import type { ClientAuthenticator } from '../issuing/client-authenticator';
import type { Issuer } from '../issuing/issuer';
import type { Tokens } from '../tokens/tokens';
import type { ChallengeSettings } from './challenge';
import type { Endpoint } from './endpoints/endpoint';
import { createIntrospectionEndpoint } from './endpoints/introspection';
import { createJwksEndpoint } from './endpoints/jwks';
import { createIssuerMetadataEndpoint, createResourceMetadataEndpoint } from './endpoints/metadata';
import { createOAuthTokenEndpoint } from './endpoints/oauth-token';
import { createRevocationEndpoint } from './endpoints/revocation';
import { LONGEST_TOKEN } from '../tokens/compact';
import { createFormReader, LONGEST_FORM } from './form';
import type { AuthSettings } from './options';
import { issuerWithMetadata } from './well-known';

export { publishKeys } from '../keys/publish-keys';

/** The functions that the endpoints of an issuer call. */
export interface EndpointFunctions {
  readonly issue: Issuer;
  readonly authenticateClient: ClientAuthenticator;
  readonly guard: Guard;
  readonly tokens: Tokens;
  readonly revoke: Revocations['revoke'];
}

/** The settings of the resource's document. */
export interface ResourceSettings {
  readonly resource: string | undefined;
  readonly issuer: string | undefined;
}

/** Creates the endpoints of the options `oauth` and `jwks`. */
export function createStandardEndpoints(
  settings: AuthSettings,
  challenge: ChallengeSettings,
  { issue, authenticateClient, guard, tokens, revoke }: EndpointFunctions,
): readonly Endpoint[] {
  const { oauth, jwks, revocations } = settings;
  const keys = jwks === undefined ? [] : [createJwksEndpoint(jwks.path, tokens.published)];
  if (oauth === undefined) return keys;
  const shared = { ...settings, oauth, challenge, readForm: createFormReader(LONGEST_FORM) };
  const withToken = { ...shared, readForm: createFormReader(LONGEST_FORM + LONGEST_TOKEN) };
  const parts = { authenticateClient, verify: tokens.verify, revoke };
  return [
    ...keys,
    createOAuthTokenEndpoint(shared, issue),
    createIntrospectionEndpoint(withToken, authenticateClient, guard),
    ...(revocations === undefined ? [] : [createRevocationEndpoint(withToken, parts)]),
  ];
}

/** Creates the metadata documents of an issuer. */
export function createIssuerDocuments(settings: AuthSettings, owner: string): readonly Endpoint[] {
  const { oauth, jwks, revocations } = settings;
  const issuer = issuerWithMetadata(settings);
  const documents = [...createResourceDocuments(settings, owner)];
  if (oauth === undefined) return documents;
  if (issuer === undefined) {
    if (Object.keys(oauth.metadata).length === 0) return documents;
    throw new TypeError(`${owner}: oauth.metadata needs an issuer that is a URL.`);
  }
  assertIssuerUrl(issuer, owner);
  const paths = {
    token: oauth.tokenPath,
    introspection: oauth.introspectionPath,
    revocation: revocations && oauth.revocationPath,
    jwks: jwks?.path,
  };
  const { metadata } = oauth;
  return [...documents, createIssuerMetadataEndpoint({ issuer, paths, metadata }, owner)];
}

/** Creates the metadata document of a protected resource, if there is one. */
export function createResourceDocuments(
  { resource, issuer }: ResourceSettings,
  owner: string,
): readonly Endpoint[] {
  if (resource === undefined) return [];
  if (issuer === undefined)
    throw new TypeError(
      `${owner}: resource needs the option issuer, a URL that its document names.`,
    );
  assertIssuerUrl(issuer, owner);
  return [createResourceMetadataEndpoint(resource, issuer)];
}

function assertIssuerUrl(issuer: string, owner: string): void {
  if (!isTrustedUrl(issuer))
    throw new TypeError(`${owner}: issuer must be ${TRUSTED_URL}; it is "${issuer}".`);
}
