/** One kind of refusal: its response, and its text for the documentation. */
interface Refusal {
  /** The HTTP status. */
  readonly status: number;
  /** The `error` of the response, from RFC 6749 §5.2 or RFC 6750 §3.1 if they define one. */
  readonly error: string;
  /** One fixed sentence for people. It may change between versions; the code does not. */
  readonly description: string;
  /** When the refusal happens, for the documentation. */
  readonly when: string;
  /** The scheme of the `WWW-Authenticate` challenge (RFC 6750 §3). Default: no challenge. */
  readonly challenge?: 'Bearer';
  /** The status at the OAuth endpoints (RFC 6749 §5.2). Default: `status`. */
  readonly oauthStatus?: number;
  /** The `Retry-After` in seconds, unless the failure itself names one. */
  readonly retryAfterSeconds?: number;
}

const BAD_REQUEST = { status: 400, error: 'invalid_request' } as const;
const SERVER_ERROR = { status: 500, error: 'server_error' } as const;
const UNAVAILABLE = { status: 503, error: 'temporarily_unavailable' } as const;
const INVALID_TOKEN = { status: 401, error: 'invalid_token', challenge: 'Bearer' } as const;

/** Types the table by its codes, so that rows may leave columns out. */
function refusals<Code extends `ERR_${string}`>(
  rows: Readonly<Record<Code, Refusal>>,
): Readonly<Record<Code, Refusal>> {
  return rows;
}

/** One row per refusal. Responses, the documentation and the tests use this table. */
export const REFUSALS = refusals({
  ERR_CREDENTIALS_MALFORMED: {
    ...BAD_REQUEST,
    description:
      'Send the client id and secret as the request headers client-id and client-secret, one of each in visible ASCII, not in Authorization or the body.',
    when: '`client-id` or `client-secret` is missing, empty, sent twice, too long, or not visible ASCII',
  },
  ERR_INVALID_CLIENT: {
    status: 403,
    oauthStatus: 401,
    error: 'invalid_client',
    description: 'The client credentials were not accepted.',
    when: 'unknown id, wrong or expired secret, disabled client, a secret over 72 bytes: one response for all; 401 at the OAuth endpoints',
  },
  ERR_METHOD_NOT_ALLOWED: {
    status: 405,
    error: 'invalid_request',
    description: 'This endpoint does not support the method of the request.',
    when: 'the method is not one that the endpoint supports; `Allow` lists those',
  },
  ERR_THROTTLED: {
    status: 429,
    error: 'too_many_requests',
    description: 'Too many failed attempts. Try again later.',
    when: 'too many failed attempts, if `throttle` is on; with `Retry-After`',
  },
  ERR_SERVER: {
    ...SERVER_ERROR,
    description: 'We had a problem with our server. Try again later.',
    when: 'the verifier, the signer or the guard failed; with `Retry-After` if the verifier was unavailable',
  },
  ERR_NOT_MOUNTED: {
    ...SERVER_ERROR,
    description:
      'No createJwtAuth() middleware ran before requireJwt(). Add app.use(createJwtAuth({ … })) above this route.',
    when: 'no `createJwtAuth()` or `createJwtGuard()` ran before the guard',
  },
  ERR_TWO_GUARDS: {
    ...SERVER_ERROR,
    description:
      'Two createJwtAuth() or createJwtGuard() are mounted beside each other. Guard this route with the requireJwt() of one: auth.requireJwt().',
    when: 'the request has passed two different `createJwtAuth()` or `createJwtGuard()`, neither below the path of the other',
  },
  ERR_OVERLOADED: {
    ...UNAVAILABLE,
    // Long enough for the queue to shrink, short enough to keep the threads busy.
    retryAfterSeconds: 2,
    description: 'Too many requests are waiting. Try again later.',
    when: 'too many secrets wait to be hashed; with `Retry-After`',
  },
  ERR_CLIENTS_UNAVAILABLE: {
    ...UNAVAILABLE,
    retryAfterSeconds: 5,
    description: 'The client could not be looked up. Try again later.',
    when: '`find` failed and no recent result is left; with `Retry-After`',
  },
  ERR_REVOCATIONS_UNAVAILABLE: {
    ...UNAVAILABLE,
    retryAfterSeconds: 5,
    description: "The token's revocation status could not be checked. Try again later.",
    when: 'the store of `revocations` failed, unless `onRevocationOutage` is `accept`; with `Retry-After`',
  },

  ERR_KEYS_UNAVAILABLE: {
    ...UNAVAILABLE,
    retryAfterSeconds: 5,
    description: 'The keys that verify the token could not be loaded. Try again later.',
    when: 'the keys of `jwksUri` or of the issuer could not be fetched and no recent ones are left; with `Retry-After`',
  },

  ERR_CLIENT_AUTHENTICATION_MISSING: {
    status: 401,
    error: 'invalid_client',
    description:
      'Send the client id and secret with HTTP Basic, or as client_id and client_secret in the body.',
    when: 'an OAuth endpoint got no client credentials, or another scheme than Basic',
  },
  ERR_CLIENT_AUTHENTICATION: {
    ...BAD_REQUEST,
    description:
      'Send the client id and secret in one way only: form-encoded with HTTP Basic, or in the body. Both are visible ASCII.',
    when: 'two ways of authentication at once, a malformed `Authorization`, or an ID or secret that is too long or not visible ASCII',
  },
  ERR_FORM_MALFORMED: {
    ...BAD_REQUEST,
    description:
      'Send each parameter once, in a body of type application/x-www-form-urlencoded and 8 KiB at most, or 16 KiB with a token.',
    when: 'the body has another content type, is too large, or repeats a parameter',
  },
  ERR_PARAMETER_MISSING: {
    ...BAD_REQUEST,
    description: 'A required parameter is missing: grant_type for a token, token otherwise.',
    when: '`grant_type` or `token` is missing or empty',
  },
  ERR_GRANT_TYPE: {
    status: 400,
    error: 'unsupported_grant_type',
    description: 'The only grant type is client_credentials.',
    when: 'a `grant_type` other than `client_credentials`',
  },
  ERR_SCOPE: {
    status: 400,
    error: 'invalid_scope',
    description: 'The client may not have a requested scope.',
    when: 'a requested scope is malformed, or is not one of the client',
  },
  ERR_TARGET: {
    status: 400,
    error: 'invalid_target',
    description: 'The requested resource is not served here.',
    when: 'a `resource` that is not one of `audience` (RFC 8707 §2)',
  },
  ERR_FOREIGN_TOKEN: {
    status: 400,
    error: 'unauthorized_client',
    description: 'The token belongs to another client.',
    when: 'a client revokes a token that is not its own (RFC 7009 §2.1)',
  },

  ERR_TOKEN_MISSING: {
    status: 401,
    error: 'unauthorized',
    challenge: 'Bearer',
    description: 'Send a token in the Authorization header: Bearer <token>.',
    when: 'no Bearer token',
  },
  ERR_BEARER_MALFORMED: {
    ...BAD_REQUEST,
    challenge: 'Bearer',
    description: 'Send one Authorization header: Bearer, a space, and the token.',
    when: 'two `Authorization` headers, no token behind `Bearer`, or something after the token',
  },
  ERR_TOKEN_MALFORMED: {
    ...INVALID_TOKEN,
    description: 'The token is not a well-formed JWT.',
    when: 'not three segments of canonical base64url with two JSON objects',
  },
  ERR_TOKEN_TYPE: {
    ...INVALID_TOKEN,
    description: 'The type of the token is not accepted.',
    when: 'a `typ` that `tokenProfile` does not accept',
  },
  ERR_TOKEN_CRITICAL: {
    ...INVALID_TOKEN,
    description: 'The token requires an extension that is not supported.',
    when: '`crit` or `b64` in the header',
  },
  ERR_TOKEN_ALGORITHM: {
    ...INVALID_TOKEN,
    description: 'The algorithm of the token is not accepted.',
    when: 'an algorithm that none of the keys has',
  },
  ERR_TOKEN_KEY: {
    ...INVALID_TOKEN,
    description: 'The key of the token is not known.',
    when: 'a `kid` that none of the keys has',
  },
  ERR_TOKEN_SIGNATURE: {
    ...INVALID_TOKEN,
    description: 'The signature of the token is not valid.',
    when: 'the signature is wrong',
  },
  ERR_TOKEN_CLAIMS: {
    ...INVALID_TOKEN,
    description: 'A required claim is missing, or a claim has the wrong type.',
    when: '`sub`, `iat` or `exp` is missing, or a claim has the wrong type',
  },
  ERR_TOKEN_BOUND: {
    ...INVALID_TOKEN,
    description: 'The token is bound to a key of its holder, and is not a plain Bearer token.',
    when: 'a `cnf` claim (RFC 7800 §3.1)',
  },
  ERR_TOKEN_ISSUER: {
    ...INVALID_TOKEN,
    description: 'The issuer of the token is not accepted.',
    when: 'another issuer',
  },
  ERR_TOKEN_AUDIENCE: {
    ...INVALID_TOKEN,
    description: 'The token is meant for another audience.',
    when: 'another audience',
  },
  ERR_TOKEN_EXPIRED: {
    ...INVALID_TOKEN,
    description: 'The token has expired.',
    when: 'expired',
  },
  ERR_TOKEN_NOT_YET_VALID: {
    ...INVALID_TOKEN,
    description: 'The token is not valid yet.',
    when: 'before `nbf`',
  },
  ERR_TOKEN_REVOKED: {
    ...INVALID_TOKEN,
    description: 'The token has been revoked.',
    when: "revoked, or issued before the client's `tokensValidAfter`",
  },
  ERR_TOKEN_CLIENT: {
    ...INVALID_TOKEN,
    description: 'The client of the token is not active.',
    when: 'the client is gone or disabled',
  },
  ERR_INSUFFICIENT_SCOPE: {
    status: 403,
    error: 'insufficient_scope',
    challenge: 'Bearer',
    description: 'The token lacks the required scope.',
    when: 'a scope is missing; the challenge names what is required',
  },
});

/** The stable code of a refusal for programs, in JSON responses, errors and events. */
export type JwtAuthErrorCode = keyof typeof REFUSALS;
