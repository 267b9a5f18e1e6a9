/** What each refusal means on the wire: its status, the word of the RFC, and one fixed sentence. */
const REFUSALS = {
  ERR_CREDENTIALS_MALFORMED: [
    400,
    'invalid_request',
    'Send one client-id and one client-secret header, in visible ASCII characters.',
  ],
  ERR_INVALID_CLIENT: [403, 'invalid_client', 'The client credentials were not accepted.'],
  ERR_METHOD_NOT_ALLOWED: [405, 'invalid_request', 'Ask for a token with GET or POST.'],
  ERR_THROTTLED: [429, 'too_many_requests', 'Too many failed attempts. Try again later.'],
  ERR_SERVER: [500, 'server_error', 'We had a problem with our server. Try again later.'],
  ERR_NOT_MOUNTED: [
    500,
    'server_error',
    'requireJwt() found no createJwtAuth() that this request has passed. Mount app.use(createJwtAuth({ … })) before this route, at a path that it passes.',
  ],
  ERR_OVERLOADED: [
    503,
    'temporarily_unavailable',
    'Too many requests are waiting. Try again later.',
  ],
  ERR_CLIENTS_UNAVAILABLE: [
    503,
    'temporarily_unavailable',
    'The client could not be looked up. Try again later.',
  ],

  ERR_REVOCATIONS_UNAVAILABLE: [
    503,
    'temporarily_unavailable',
    'It could not be found out whether the token is revoked. Try again later.',
  ],

  ERR_TOKEN_MISSING: [
    401,
    'unauthorized',
    'Send a token in the Authorization header: Bearer <token>.',
  ],
  ERR_BEARER_MALFORMED: [
    400,
    'invalid_request',
    'Send one Authorization header: Bearer, a space, and the token.',
  ],
  ERR_TOKEN_MALFORMED: [401, 'invalid_token', 'The token is not a well-formed JWT.'],
  ERR_TOKEN_TYPE: [401, 'invalid_token', 'The type of the token is not JWT.'],
  ERR_TOKEN_CRITICAL: [
    401,
    'invalid_token',
    'The token demands an extension that is not supported.',
  ],
  ERR_TOKEN_ALGORITHM: [401, 'invalid_token', 'The algorithm of the token is not accepted.'],
  ERR_TOKEN_KEY: [401, 'invalid_token', 'The key of the token is not known.'],
  ERR_TOKEN_SIGNATURE: [401, 'invalid_token', 'The signature of the token is not valid.'],
  ERR_TOKEN_CLAIMS: [401, 'invalid_token', 'The token lacks a claim, or has one of a wrong kind.'],
  ERR_TOKEN_ISSUER: [401, 'invalid_token', 'The issuer of the token is not accepted.'],
  ERR_TOKEN_AUDIENCE: [401, 'invalid_token', 'The token is meant for another audience.'],
  ERR_TOKEN_EXPIRED: [401, 'invalid_token', 'The token has expired.'],
  ERR_TOKEN_NOT_YET_VALID: [401, 'invalid_token', 'The token is not valid yet.'],
  ERR_TOKEN_REVOKED: [401, 'invalid_token', 'The token has been revoked.'],
  ERR_TOKEN_CLIENT: [401, 'invalid_token', 'The client of the token is not active.'],
  ERR_INSUFFICIENT_SCOPE: [
    403,
    'insufficient_scope',
    'The token does not have the scope that this needs.',
  ],
} as const satisfies Record<
  `ERR_${string}`,
  readonly [status: number, error: string, description: string]
>;

/** The stable codes that a program can switch on. */
export type JwtAuthErrorCode = keyof typeof REFUSALS;

/** The word and the sentence of a refusal. */
export function wordsFor(code: JwtAuthErrorCode): {
  readonly error: string;
  readonly description: string;
} {
  const [, error, description] = REFUSALS[code];
  return { error, description };
}

/** What a {@link JwtAuthError} carries beyond its code. */
export interface JwtAuthErrorOptions {
  /** Response headers that belong to the answer: the challenge, `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What went wrong underneath. It is for events and logs and never reaches the wire. */
  readonly cause?: unknown;
}

/**
 * A refusal or a failure, as it is answered: everything in it but `cause` is a constant of this package, so all
 * of it may be shown to a caller. It has the properties that http-errors gives (`status`, `statusCode`, `expose`,
 * `headers`), so an Express error handler can treat it like any other.
 */
export class JwtAuthError extends Error {
  override readonly name = 'JwtAuthError';
  /** Which refusal this is. */
  readonly code: JwtAuthErrorCode;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The same as `status`. */
  readonly statusCode: number;
  /** Whether the message may be shown to a caller: true below 500, as http-errors has it. */
  readonly expose: boolean;
  /** The error word of the answer's body: RFC 6749 §5.2 and RFC 6750 §3.1 where they have one. */
  readonly error: string;
  /** One fixed sentence for people. */
  readonly description: string;
  /** Response headers that belong to the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: JwtAuthErrorCode, options: JwtAuthErrorOptions = {}) {
    const [status, error, description] = REFUSALS[code];
    super(description, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = status;
    this.statusCode = status;
    this.expose = status < 500;
    this.error = error;
    this.description = description;
    this.headers = options.headers ?? {};
  }
}
