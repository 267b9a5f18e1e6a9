import type { Guard } from '../guarding/guard';
import type { Revocations } from '../guarding/revocations';
import { isTrustedUrl, TRUSTED_URL, wellKnownUrl } from '../internal/urls';
import type { ClientAuthenticator } from '../issuing/client-authenticator';
import type { Issuer } from '../issuing/issuer';
import type { Tokens } from '../tokens/tokens';
import type { ChallengeSettings } from './challenge';
import { createClientTokenEndpoint } from './endpoints/client-token';
import type { Endpoint } from './endpoints/endpoint';
import { createIntrospectionEndpoint } from './endpoints/introspection';
import { createJwksEndpoint } from './endpoints/jwks';
import {
  createIssuerMetadataEndpoint,
  createResourceMetadataEndpoint,
  RESOURCE_SUFFIX,
} from './endpoints/metadata';
import { createOAuthTokenEndpoint } from './endpoints/oauth-token';
import { createRevocationEndpoint } from './endpoints/revocation';
import { createFormReader } from './form';
import type { AuthSettings } from './options';

/** The functions that the endpoints of an issuer call. */
export interface EndpointFunctions {
  readonly issue: Issuer;
  readonly authenticateClient: ClientAuthenticator;
  readonly guard: Guard;
  readonly tokens: Tokens;
  readonly revoke: Revocations['revoke'];
}

/** Creates the endpoints below the mount: those that the options switch on. */
export function createIssuerEndpoints(
  settings: AuthSettings,
  challenge: ChallengeSettings,
  { issue, authenticateClient, guard, tokens, revoke }: EndpointFunctions,
): readonly Endpoint[] {
  const { oauth, jwks, revocations, exposeToken, tokenInBody, path } = settings;
  const clientToken = { ...challenge, path, exposeToken, tokenInBody };
  const endpoints = [createClientTokenEndpoint(clientToken, issue)];
  if (jwks !== undefined) endpoints.push(createJwksEndpoint(jwks.path, tokens.published));
  if (oauth === undefined) return endpoints;
  const shared = { ...settings, oauth, challenge, readForm: createFormReader() };
  endpoints.push(
    createOAuthTokenEndpoint(shared, issue),
    createIntrospectionEndpoint(shared, authenticateClient, guard),
  );
  const parts = { authenticateClient, verify: tokens.verify, revoke };
  if (revocations !== undefined) endpoints.push(createRevocationEndpoint(shared, parts));
  return endpoints;
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

/** Returns the issuer if its metadata is served: `oauth` is on, and the issuer is a URL. */
export function issuerWithMetadata({ oauth, issuer }: AuthSettings): string | undefined {
  return oauth !== undefined && issuer?.includes('://') ? issuer : undefined;
}

/** The settings of {@link createResourceDocuments}. */
export interface ResourceSettings {
  readonly resource: string | undefined;
  readonly issuer: string | undefined;
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

/** Creates the settings of challenges, which point to the document of the resource. */
export function createChallengeSettings(settings: {
  readonly realm: string;
  readonly resource: string | undefined;
}): ChallengeSettings {
  const { realm, resource } = settings;
  return { realm, resourceMetadata: resource && wellKnownUrl(RESOURCE_SUFFIX, resource) };
}

function assertIssuerUrl(issuer: string, owner: string): void {
  if (!isTrustedUrl(issuer))
    throw new TypeError(`${owner}: issuer must be ${TRUSTED_URL}; it is "${issuer}".`);
}
