import type { JwtAuthErrorCode } from '../errors';
import type { EndpointSettings as Settings } from '../http/auth-parts';
import type { EndpointKind } from '../http/endpoints/endpoint';
import { jsonContent, TEXT, type Json } from './json';
import { refusalResponses } from './refusal-responses';
import {
  ABOUT_TOKEN_FORM,
  CLIENT_ID,
  CLIENT_SECRET,
  clientTokenBody,
  INTROSPECTION_BODY,
  ISSUER_METADATA_BODY,
  KEY_SET_BODY,
  OAUTH_TOKEN_BODY,
  RESOURCE_METADATA_BODY,
  REVOCATION_BODY,
  TOKEN_FORM,
} from './schemas';

/** The tag of the operations of this package. */
export const TAG = 'Authentication';
/** The description of {@link TAG}. */
export const TAG_ROW: Json = {
  name: TAG,
  description: 'Get a token, and send it as `Authorization: Bearer`.',
};
/** The name of the security scheme for a client's id and secret with HTTP Basic. */
export const BASIC_SCHEME = 'clientSecretBasic';

/** The operations of one endpoint, by method in lower case. */
type Operations = Readonly<Record<string, Json>>;

const DESCRIBE: Readonly<Record<EndpointKind, (settings: Settings) => Operations>> = {
  'client-token': (settings) => ({
    get: { ...clientToken(settings), operationId: 'getAccessToken' },
    post: { ...clientToken(settings), operationId: 'postAccessToken' },
  }),
  'oauth-token': (settings) => ({
    post: oauth('requestAccessToken', 'Request an access token (RFC 6749 §4.4)', settings, {
      form: TOKEN_FORM,
      body: OAUTH_TOKEN_BODY,
      codes: ['ERR_GRANT_TYPE', 'ERR_SCOPE', 'ERR_TARGET'],
    }),
  }),
  introspection: (settings) => ({
    post: oauth('introspectToken', 'Look up a token (RFC 7662)', settings, {
      form: ABOUT_TOKEN_FORM,
      body: INTROSPECTION_BODY,
      codes: ['ERR_CLIENTS_UNAVAILABLE', ...revocationCodes(settings)],
    }),
  }),
  revocation: (settings) => ({
    post: oauth('revokeToken', 'Revoke a token (RFC 7009)', settings, {
      form: ABOUT_TOKEN_FORM,
      body: REVOCATION_BODY,
      codes: ['ERR_FOREIGN_TOKEN', ...revocationCodes(settings)],
    }),
  }),
  jwks: () => document('getKeySet', 'Read the public keys (RFC 7517 §5)', KEY_SET_BODY),
  'issuer-metadata': () =>
    document('getIssuerMetadata', 'Read the issuer metadata (RFC 8414)', ISSUER_METADATA_BODY),
  'resource-metadata': () =>
    document(
      'getResourceMetadata',
      'Read the resource metadata (RFC 9728)',
      RESOURCE_METADATA_BODY,
    ),
};

/** Describes an endpoint as the operations of OpenAPI. */
export function describeEndpoint(kind: EndpointKind, settings: Settings): Operations {
  return DESCRIBE[kind](settings);
}

function revocationCodes({ revocations }: Settings): readonly JwtAuthErrorCode[] {
  return revocations === undefined ? [] : ['ERR_REVOCATIONS_UNAVAILABLE'];
}

/** The refusals of every endpoint that authenticates clients. */
function clientCodes({ throttle }: Settings): readonly JwtAuthErrorCode[] {
  const throttled = throttle === undefined ? [] : (['ERR_THROTTLED'] as const);
  return ['ERR_INVALID_CLIENT', ...throttled, 'ERR_SERVER', 'ERR_OVERLOADED'];
}

const NO_STORE: Json = {
  'Cache-Control': { description: 'Never cached.', schema: { type: 'string', const: 'no-store' } },
};

const headerParameter = (name: string, description: string, schema: Json): Json => ({
  ...{ name, in: 'header', required: true, description, schema },
});

function clientToken(settings: Settings): Json {
  const codes = ['ERR_CREDENTIALS_MALFORMED', ...clientCodes(settings)] as const;
  return {
    tags: [TAG],
    summary: 'Get a token for a client id and secret',
    security: [],
    parameters: [
      headerParameter('client-id', 'The id of the client.', CLIENT_ID),
      headerParameter('client-secret', 'Its secret.', CLIENT_SECRET),
    ],
    responses: {
      200: {
        description: 'The token, in the response header `Authorization`.',
        headers: {
          Authorization: {
            description: '`Bearer`, a space, and the token.',
            required: true,
            schema: { type: 'string', pattern: '^Bearer [\\w-]+\\.[\\w-]+\\.[\\w-]+$' },
          },
          ...NO_STORE,
        },
        content: jsonContent(clientTokenBody(settings.tokenInBody === true)),
      },
      ...refusalResponses(codes, { isJson: settings.errors === 'json' }),
    },
  };
}

/** What differs between the endpoints of OAuth 2.0. */
interface OAuthDetails {
  readonly form: Json;
  readonly body: Json;
  readonly codes: readonly JwtAuthErrorCode[];
}

/** The refusals that all endpoints of OAuth 2.0 share. */
const OAUTH_CODES: readonly JwtAuthErrorCode[] = [
  'ERR_FORM_MALFORMED',
  'ERR_PARAMETER_MISSING',
  'ERR_CLIENT_AUTHENTICATION',
  'ERR_CLIENT_AUTHENTICATION_MISSING',
];

function oauth(
  operationId: string,
  summary: string,
  settings: Settings,
  { form, body, codes }: OAuthDetails,
): Json {
  const all = [...OAUTH_CODES, ...codes, ...clientCodes(settings)];
  return {
    ...{ tags: [TAG], summary, operationId },
    // Basic, or the credentials in the form.
    security: [{ [BASIC_SCHEME]: [] }, {}],
    requestBody: {
      required: true,
      content: { 'application/x-www-form-urlencoded': { schema: form } },
    },
    responses: {
      200: { description: 'Done.', headers: NO_STORE, content: jsonContent(body) },
      ...refusalResponses(all, { isOAuth: true, isJson: settings.errors === 'json' }),
    },
  };
}

function document(operationId: string, summary: string, body: Json): Operations {
  const headers = { 'Cache-Control': { description: 'Caches may keep it.', schema: TEXT } };
  return {
    get: {
      ...{ tags: [TAG], summary, operationId, security: [] },
      responses: { 200: { description: 'The document.', headers, content: jsonContent(body) } },
    },
  };
}
