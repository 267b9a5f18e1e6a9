/** What is known of a failed request for a token. */
export interface TokenErrorDetails {
  /** The HTTP status; undefined if there was no response. */
  readonly status?: number | undefined;
  /** The time to wait, in seconds, as `Retry-After` says. */
  readonly retryAfterSeconds?: number | undefined;
  /** Whether the server has refused the credentials. Default: false. */
  readonly isFinal?: boolean;
  /** The underlying error. */
  readonly cause?: unknown;
}

/**
 * The error of a program that got no token. Its message never contains the secret.
 *
 * @example
 * ```ts
 * await source.getToken().catch((error: unknown) => {
 *   if (error instanceof TokenError && error.isFinal) process.exit(1);
 *   throw error;
 * });
 * ```
 */
export class TokenError extends Error {
  /** Always `TokenError`. */
  override readonly name = 'TokenError';
  /**
   * The `code` of the server's response, or else its `error`. `ERR_NETWORK` if there was no
   * response, `ERR_RESPONSE` if the response made no sense.
   */
  readonly code: string;
  /** The HTTP status; undefined if there was no response. */
  readonly status: number | undefined;
  /** The time to wait, in seconds, as `Retry-After` says. */
  readonly retryAfterSeconds: number | undefined;
  /** Whether the server has refused the credentials: nothing is sent until they change. */
  readonly isFinal: boolean;

  /** Creates the error. */
  constructor(code: string, message: string, details: TokenErrorDetails = {}) {
    const { status, retryAfterSeconds, isFinal = false, cause } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.isFinal = isFinal;
  }
}
