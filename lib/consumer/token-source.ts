import { TokenError } from './token-error';
import {
  createTokenRequest,
  isSafeUrl,
  shown,
  type Credentials,
  type ReceivedToken,
  type TokenStyle,
} from './token-request';

export type { Credentials } from './token-request';

/** The options of {@link createTokenSource}. Give `url` or `issuer`. */
export interface TokenSourceOptions extends Credentials {
  /** The URL of the token route (`https://…/auth/jwt`), or of an OAuth 2.0 token endpoint. */
  readonly url?: string | undefined;
  /** The URL of an issuer whose metadata names the token endpoint (RFC 8414). */
  readonly issuer?: string | undefined;
  /** How the credentials are sent. Default: `headers` with `url`, `basic` with `issuer`. */
  readonly style?: TokenStyle | undefined;
  /** The scopes to ask for, separated by spaces; not with `headers`. Default: all of the client. */
  readonly scope?: string | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** A clock in milliseconds that is never set back. Default: `performance.now()`. */
  readonly clock?: (() => number) | undefined;
}

/** A source of tokens that many callers share. */
export interface TokenSource {
  /**
   * Returns a token that is valid now. Rejects with a {@link TokenError} if there is none, or with
   * the reason of `signal` if this caller gives up; the others go on waiting.
   */
  getToken(options?: { readonly signal?: AbortSignal | undefined }): Promise<string>;
  /**
   * Reports that the API has refused a token as invalid, so that the next call gets another one. A
   * token that is not the current one, or is younger than a second, changes nothing.
   */
  rejectToken(token: string): void;
  /** Replaces the credentials, for example after a rotation. The current token stays in use. */
  setCredentials(credentials: Credentials): void;
}

interface Current extends ReceivedToken {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  readonly refreshAtMs: number;
}

/** The part of the lifetime after which a token is refreshed, and the most that chance adds. */
const REFRESH_AT = 0.8;
const JITTER = 0.1;
/** A 401 for a token younger than this has another cause. */
const YOUNG_MS = 1000;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

/**
 * Creates a source of tokens. It requests one when it is needed, keeps it, and requests the next
 * one after 80 % of its lifetime. One request is in flight, however many callers there are. While a
 * refresh fails, the old token serves until it expires. Failures are remembered: nothing is sent
 * before `Retry-After` (60 seconds at most), or a delay that doubles. A refusal of the credentials
 * (401, 403) is final until they change. It sets no timers.
 *
 * @throws TypeError if an option is missing or malformed.
 *
 * @example
 * ```ts
 * const { CLIENT_ID: clientId = '', CLIENT_SECRET: clientSecret = '' } = process.env;
 * const source = createTokenSource({ url: 'https://api.example.com/auth/jwt', clientId, clientSecret });
 * const token = await source.getToken();
 * ```
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  return new Source(options);
}

class Source implements TokenSource {
  readonly #request: (credentials: Credentials) => Promise<ReceivedToken>;
  readonly #clock: () => number;
  #credentials: Credentials;
  #current: Current | undefined;
  #flight: Promise<string> | undefined;
  #failure: { readonly error: TokenError; readonly untilMs: number } | undefined;
  #failures = 0;

  constructor(options: TokenSourceOptions) {
    const { url, issuer, scope, clock = () => performance.now() } = options;
    const style = options.style ?? (url === undefined ? 'basic' : 'headers');
    assertOptions(options, style);
    const send: typeof fetch = (input, init) => (options.fetch ?? fetch)(input, init);
    this.#request = createTokenRequest({ url, issuer, style, scope, fetch: send });
    this.#clock = clock;
    this.#credentials = checkCredentials(options);
  }

  async getToken({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<string> {
    signal?.throwIfAborted();
    const now = this.#clock();
    const current = this.#current;
    const failure =
      this.#failure !== undefined && now < this.#failure.untilMs ? this.#failure : undefined;
    if (current !== undefined && now < current.sentAtMs + current.lifetimeMs) {
      // In the background: the old token is still good.
      if (now >= current.refreshAtMs && failure === undefined)
        this.#refresh().catch(() => undefined);
      return current.token;
    }
    if (failure !== undefined) throw failure.error;
    return abortable(this.#refresh(), signal);
  }

  rejectToken(token: string): void {
    const current = this.#current;
    if (current?.token !== token || this.#clock() - current.receivedAtMs < YOUNG_MS) return;
    this.#current = undefined;
  }

  setCredentials(credentials: Credentials): void {
    this.#credentials = checkCredentials(credentials);
    this.#failure = undefined;
    this.#failures = 0;
  }

  #refresh(): Promise<string> {
    this.#flight ??= this.#load().finally(() => (this.#flight = undefined));
    return this.#flight;
  }

  async #load(): Promise<string> {
    const credentials = this.#credentials;
    // From the time of sending, because the server counts from before the response arrives.
    const sentAtMs = this.#clock();
    try {
      const received = await this.#request(credentials);
      const part = REFRESH_AT + JITTER * Math.random();
      const refreshAtMs = sentAtMs + Math.round(received.lifetimeMs * part);
      this.#current = { ...received, sentAtMs, receivedAtMs: this.#clock(), refreshAtMs };
      this.#failure = undefined;
      this.#failures = 0;
      return received.token;
    } catch (cause) {
      // A refusal of credentials that have been replaced says nothing about the new ones.
      if (credentials !== this.#credentials) return this.#load();
      const error = toTokenError(cause);
      this.#remember(error);
      throw error;
    }
  }

  #remember(error: TokenError): void {
    const doubled = Math.min(FIRST_DELAY_MS * 2 ** this.#failures, LONGEST_DELAY_MS);
    const { retryAfterSeconds: named = 0 } = error;
    const delayMs =
      named === 0 ? doubled * (0.5 + Math.random() / 2) : Math.min(named * 1000, LONGEST_DELAY_MS);
    this.#failures += 1;
    this.#failure = { error, untilMs: error.isFinal ? Infinity : this.#clock() + delayMs };
  }
}

function toTokenError(cause: unknown): TokenError {
  if (cause instanceof TokenError) return cause;
  return new TokenError('ERR_RESPONSE', 'The request for a token failed.', { cause });
}

/** Settles with a promise, or rejects when the caller gives up. The promise goes on. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}

const OWNER = 'createTokenSource';

function assertOptions({ url, issuer, scope }: TokenSourceOptions, style: TokenStyle): void {
  const place = url ?? issuer;
  if (place === undefined || (url !== undefined && issuer !== undefined))
    throw new TypeError(`${OWNER}: give url or issuer, and not both.`);
  if (!isSafeUrl(place))
    throw new TypeError(
      `${OWNER}: ${url === undefined ? 'issuer' : 'url'} must be an https URL (http on localhost); it is ${shown(place)}.`,
    );
  if (!['headers', 'basic', 'post'].includes(style))
    throw new TypeError(`${OWNER}: style must be "headers", "basic" or "post".`);
  if (style === 'headers' && issuer !== undefined)
    throw new TypeError(`${OWNER}: style "headers" needs url, the URL of the token route.`);
  if (style === 'headers' && scope !== undefined)
    throw new TypeError(`${OWNER}: scope needs style "basic" or "post".`);
}

/** Copies the credentials. The messages never show them. */
function checkCredentials({ clientId, clientSecret }: Credentials): Credentials {
  for (const [name, value] of Object.entries<unknown>({ clientId, clientSecret }))
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value))
      throw new TypeError(
        `${OWNER}: ${name} must be visible ASCII characters. If it comes from an environment variable, set that variable.`,
      );
  return { clientId, clientSecret };
}
