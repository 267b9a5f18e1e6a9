import { closed, open, TEXT, URL_TEXT, type Json } from './json';

/** The longest client ID and secret, in characters. */
const LONGEST_ID = 256;
const LONGEST_SECRET = 1024;
const VISIBLE = '^[\\x21-\\x7E]+$';

/** The schema of a client ID. */
export const CLIENT_ID: Json = { type: 'string', maxLength: LONGEST_ID, pattern: VISIBLE };
/** The schema of a client secret. */
export const CLIENT_SECRET: Json = {
  ...{ type: 'string', format: 'password', maxLength: LONGEST_SECRET },
  pattern: VISIBLE,
};
const TOKEN: Json = { type: 'string', description: 'A JWT.' };
const SCOPE: Json = { type: 'string', description: 'Scopes, separated by spaces.' };
const MOMENT: Json = { type: 'integer', description: 'Seconds since 1970.' };
const LIFETIME: Json = {
  ...{ type: 'integer', minimum: 1, examples: [3600] },
  description: 'The lifetime, in seconds.',
};
const BEARER: Json = { type: 'string', const: 'Bearer' };

/** Creates the schema of the token route's body. */
export function clientTokenBody(hasToken: boolean): Json {
  const inBody = hasToken ? { access_token: TOKEN } : {};
  return closed({ ...inBody, token_type: BEARER, expires_in: LIFETIME });
}

/** The schema of a response with a token (RFC 6749 §5.1). */
export const OAUTH_TOKEN_BODY = closed(
  { access_token: TOKEN, token_type: BEARER, expires_in: LIFETIME, scope: SCOPE },
  ['access_token', 'token_type', 'expires_in'],
);

/** The schema of an introspected token (RFC 7662 §2.2). */
export const INTROSPECTION_BODY: Json = {
  oneOf: [
    closed({ active: { type: 'boolean', const: false } }),
    closed(
      {
        active: { type: 'boolean', const: true },
        scope: SCOPE,
        client_id: TEXT,
        token_type: BEARER,
        exp: MOMENT,
        iat: MOMENT,
        nbf: MOMENT,
        sub: TEXT,
        aud: { anyOf: [TEXT, { type: 'array', items: TEXT }] },
        iss: TEXT,
        jti: TEXT,
      },
      ['active', 'client_id', 'token_type', 'exp', 'iat', 'sub'],
    ),
  ],
};

/** The schema of the response to a revocation (RFC 7009 §2.2). */
export const REVOCATION_BODY: Json = { type: 'object', maxProperties: 0 };

/** The schema of a key set (RFC 7517 §5). */
export const KEY_SET_BODY = closed({
  keys: {
    type: 'array',
    items: open({
      kty: { type: 'string', enum: ['RSA', 'EC', 'OKP'] },
      kid: TEXT,
      alg: TEXT,
      use: { type: 'string', const: 'sig' },
    }),
  },
});

const TEXTS: Json = { type: 'array', items: TEXT };

/** The schema of the metadata of an issuer (RFC 8414 §2). */
export const ISSUER_METADATA_BODY = open({
  issuer: URL_TEXT,
  token_endpoint: URL_TEXT,
  token_endpoint_auth_methods_supported: TEXTS,
  grant_types_supported: TEXTS,
  response_types_supported: TEXTS,
  introspection_endpoint: URL_TEXT,
});

/** The schema of the metadata of a resource (RFC 9728 §2). */
export const RESOURCE_METADATA_BODY = closed({
  resource: URL_TEXT,
  authorization_servers: { type: 'array', items: URL_TEXT },
  bearer_methods_supported: TEXTS,
});

/** Creates the schema of a form that also may have the client's credentials. */
function formWith(properties: Json, required: readonly string[]): Json {
  const credentials = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  return { type: 'object', properties: { ...properties, ...credentials }, required };
}

/** The form of a request for a token (RFC 6749 §4.4.2, RFC 8707 §2). */
export const TOKEN_FORM = formWith(
  {
    grant_type: { type: 'string', const: 'client_credentials' },
    scope: SCOPE,
    resource: { anyOf: [URL_TEXT, { type: 'array', items: URL_TEXT }] },
  },
  ['grant_type'],
);

/** The form of a request about a token (RFC 7662 §2.1, RFC 7009 §2.1). */
export const ABOUT_TOKEN_FORM = formWith({ token: TOKEN, token_type_hint: TEXT }, ['token']);
