import { REFUSALS, type JwtAuthErrorCode } from './refusals';

export { REFUSALS, type JwtAuthErrorCode };

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
  /** The HTTP status. Default: that of the code. */
  readonly status?: number | undefined;
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
    const { error, description } = REFUSALS[code];
    const status = options.status ?? REFUSALS[code].status;
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
