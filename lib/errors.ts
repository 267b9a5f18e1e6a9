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
    error: 'invalid_client',
    description: 'The client credentials were not accepted.',
    when: 'unknown id, wrong or expired secret, disabled client, a secret over 72 bytes: one response for all',
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
    when: '`typ` other than `JWT`',
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

/** The details of a refusal. */
export interface RefusalDetails {
  /** How long the caller should wait, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** The scopes that the route requires. */
  readonly scopes?: readonly string[] | undefined;
  /** The methods that the endpoint supports. */
  readonly methods?: readonly string[] | undefined;
  /** The underlying error, for events and logs. It is never part of the response. */
  readonly cause?: unknown;
}

/** The options of the {@link JwtAuthError} constructor. */
export interface JwtAuthErrorOptions extends RefusalDetails {
  /** The headers of the response: `WWW-Authenticate`, `Retry-After`, `Allow`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * The error of a refused or failed request. Everything in it except `cause` may be shown to the
 * caller. It has the properties of an http-errors error (`status`, `statusCode`, `expose`,
 * `headers`), so Express error handlers can treat it alike.
 *
 * Your own verifier can throw `new JwtAuthError('ERR_OVERLOADED', { retryAfterSeconds: 5 })` to
 * respond with 503.
 *
 * @example
 * ```ts
 * const onError: ErrorRequestHandler = (error, _req, res, next) => {
 *   if (!(error instanceof JwtAuthError)) return next(error);
 *   res.status(error.status).set(error.headers).json({ code: error.code });
 * };
 * ```
 */
export class JwtAuthError extends Error {
  /** Always `JwtAuthError`. */
  override readonly name = 'JwtAuthError';
  /** The stable code of the refusal. */
  readonly code: JwtAuthErrorCode;
  /** The HTTP status of the response. */
  readonly status: number;
  /** The same as `status`. */
  readonly statusCode: number;
  /** Whether the message may be shown to a caller: true below 500, as in http-errors. */
  readonly expose: boolean;
  /** The `error` of the response, from RFC 6749 §5.2 or RFC 6750 §3.1 if they define one. */
  readonly error: string;
  /** One fixed sentence for people. */
  readonly description: string;
  /** The response headers that belong to the refusal. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long the caller should wait, in seconds; undefined if it is not known. */
  declare readonly retryAfterSeconds?: number | undefined;

  /** Creates the error of a refusal; its status and message depend on the code. */
  constructor(code: JwtAuthErrorCode, options: JwtAuthErrorOptions = {}) {
    const { status, error, description } = REFUSALS[code];
    super(description, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = status;
    this.statusCode = status;
    this.expose = status < 500;
    this.error = error;
    this.description = description;
    this.headers = options.headers ?? {};
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
