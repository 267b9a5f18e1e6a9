import { ISSUER_SUFFIX, RESOURCE_SUFFIX, wellKnownPath } from '../../internal/urls';
import { createDocument } from './document';
import type { Endpoint } from './endpoint';

/** The ways in which a client may authenticate. */
const AUTH_METHODS = ['client_secret_basic', 'client_secret_post'];

/** The settings of {@link createIssuerMetadataEndpoint}. */
export interface IssuerMetadataSettings {
  readonly issuer: string;
  /** The paths of the endpoints that exist, below the issuer. */
  readonly paths: {
    readonly token: string;
    readonly introspection: string;
    readonly revocation: string | undefined;
    readonly jwks: string | undefined;
  };
  /** More members, from the app. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Creates the endpoint of the issuer's metadata (RFC 8414 §2). All URLs begin with the issuer, never
 * with the host of a request.
 *
 * @throws TypeError if `metadata` has a member that the package sets.
 */
export function createIssuerMetadataEndpoint(
  { issuer, paths, metadata }: IssuerMetadataSettings,
  owner: string,
): Endpoint {
  const urlOf = (path: string) => issuer.replace(/\/$/, '') + path;
  const own = {
    issuer,
    token_endpoint: urlOf(paths.token),
    token_endpoint_auth_methods_supported: AUTH_METHODS,
    grant_types_supported: ['client_credentials'],
    // There is no authorization endpoint, and clients fail without this member.
    response_types_supported: [],
    ...(paths.jwks !== undefined && { jwks_uri: urlOf(paths.jwks) }),
    introspection_endpoint: urlOf(paths.introspection),
    introspection_endpoint_auth_methods_supported: AUTH_METHODS,
    ...(paths.revocation !== undefined && {
      revocation_endpoint: urlOf(paths.revocation),
      revocation_endpoint_auth_methods_supported: AUTH_METHODS,
    }),
  };
  const taken = Object.keys(metadata).find((name) => name in own);
  if (taken !== undefined)
    throw new TypeError(`${owner}: oauth.metadata cannot set ${taken}. Leave it out.`);
  const document = { ...own, ...metadata };
  return createDocument('issuer-metadata', wellKnownPath(ISSUER_SUFFIX, issuer), () => document);
}

/** Creates the endpoint of the resource's metadata (RFC 9728 §2), which names its issuer. */
export function createResourceMetadataEndpoint(resource: string, issuer: string): Endpoint {
  const document = {
    resource,
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
  };
  return createDocument(
    'resource-metadata',
    wellKnownPath(RESOURCE_SUFFIX, resource),
    () => document,
  );
}
