import { RESOURCE_SUFFIX, wellKnownUrl } from '../internal/urls';
import type { ChallengeSettings } from './challenge';
import { createClientTokenEndpoint } from './endpoints/client-token';
import type { Endpoint } from './endpoints/endpoint';
import type { AuthSettings } from './options';
import type * as standard from './standard-endpoints';
import type { EndpointFunctions, ResourceSettings } from './standard-endpoints';

/** Loads the standard endpoints. Most apps need none of them, and start faster without. */
export function loadStandard(): typeof standard {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on demand
  return require('./standard-endpoints') as typeof standard;
}

/** Creates the endpoints below the mount: those that the options switch on. */
export function createIssuerEndpoints(
  settings: AuthSettings,
  challenge: ChallengeSettings,
  functions: EndpointFunctions,
): readonly Endpoint[] {
  const { oauth, jwks, path, exposeToken, tokenInBody } = settings;
  const clientToken = { ...challenge, path, exposeToken, tokenInBody };
  const endpoints = [createClientTokenEndpoint(clientToken, functions.issue)];
  if (oauth === undefined && jwks === undefined) return endpoints;
  return [...endpoints, ...loadStandard().createStandardEndpoints(settings, challenge, functions)];
}

/** Creates the metadata documents of an issuer; none if no option needs them. */
export function createIssuerDocuments(settings: AuthSettings, owner: string): readonly Endpoint[] {
  if (settings.oauth === undefined && settings.resource === undefined) return [];
  return loadStandard().createIssuerDocuments(settings, owner);
}

/** Creates the metadata document of a protected resource, if there is one. */
export function createResourceDocuments(
  settings: ResourceSettings,
  owner: string,
): readonly Endpoint[] {
  if (settings.resource === undefined) return [];
  return loadStandard().createResourceDocuments(settings, owner);
}

/** Creates the settings of challenges, which point to the document of the resource. */
export function createChallengeSettings({
  realm,
  resource,
}: Pick<ResourceSettings, 'resource'> & { readonly realm: string }): ChallengeSettings {
  return { realm, resourceMetadata: resource && wellKnownUrl(RESOURCE_SUFFIX, resource) };
}
