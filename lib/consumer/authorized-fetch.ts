import type { TokenSource } from './token-source';

/** The options of {@link createAuthorizedFetch}. */
export interface AuthorizedFetchOptions {
  /**
   * The origins that get the token, such as `https://api.example.com`. A request to another one
   * rejects with a TypeError, and is not sent.
   */
  readonly origins: readonly string[];
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

/** A `fetch` that sends a token. */
export type AuthorizedFetch = (
  input: string | URL | Request,
  init?: RequestInit,
) => Promise<Response>;

/**
 * Creates a `fetch` that sends a token with each request. If the API refuses the token as invalid,
 * it gets a new one and sends the request once more, if the body can be sent again.
 *
 * @throws TypeError if `origins` is missing or malformed.
 *
 * @example
 * ```ts
 * const api = createAuthorizedFetch(source, { origins: ['https://api.example.com'] });
 * const res = await api('https://api.example.com/reports');
 * ```
 */
export function createAuthorizedFetch(
  source: TokenSource,
  options: AuthorizedFetchOptions,
): AuthorizedFetch {
  const origins = checkOrigins(options.origins);
  const send: typeof fetch = (input, init) => (options.fetch ?? fetch)(input, init);

  return async (input, init = {}) => {
    // Resolved once, because a URL object may change while the token is fetched.
    const target = isRequest(input) ? input : new URL(input, baseUrl()).href;
    assertOrigin(target, origins);
    const signal = init.signal ?? (isRequest(target) ? target.signal : undefined);
    const token = await source.getToken({ signal });
    const first = await send(target, withToken(target, init, token));
    // After a redirect, the refusal may be that of another origin.
    if (first.redirected || !isInvalidToken(first)) return first;
    source.rejectToken(token);
    if (!canBeSentTwice(target, init)) return first;
    const next = await source.getToken({ signal }).catch(() => token);
    signal?.throwIfAborted();
    if (next === token) return first;
    await first.body?.cancel();
    return send(target, withToken(target, init, next));
  };
}

function assertOrigin(target: string | Request, origins: readonly string[]): void {
  const { origin } = new URL(isRequest(target) ? target.url : target);
  if (!origins.includes(origin))
    throw new TypeError(`${origin} gets no token. Add it to the option origins, if it should.`);
}

/** Recognizes a Request by its shape, because another copy of its class may have created it. */
function isRequest(input: string | URL | Request): input is Request {
  return typeof input === 'object' && 'url' in input && 'headers' in input;
}

function withToken(target: string | Request, init: RequestInit, token: string): RequestInit {
  const headers = new Headers(init.headers ?? (isRequest(target) ? target.headers : {}));
  headers.set('Authorization', `Bearer ${token}`);
  return { ...init, headers };
}

/** RFC 6750 §3.1: only this error is about the token itself. */
function isInvalidToken({ status, headers }: Response): boolean {
  const challenge = headers.get('www-authenticate') ?? '';
  return status === 401 && /\berror="?invalid_token\b/.test(challenge);
}

/**
 * Checks whether a call can be sent twice. A stream cannot, nor can a Request that may have a body:
 * not every browser tells whether it has one.
 */
function canBeSentTwice(target: string | Request, { body }: RequestInit): boolean {
  if (isRequest(target) && !['GET', 'HEAD'].includes(target.method)) return false;
  if (body === undefined || body === null || typeof body === 'string') return true;
  const kinds = [URLSearchParams, FormData, Blob, ArrayBuffer];
  return ArrayBuffer.isView(body) || kinds.some((kind) => body instanceof kind);
}

/** Relative URLs belong to the page, if there is one. */
function baseUrl(): string | undefined {
  return (globalThis as { location?: { href?: string } }).location?.href;
}

function checkOrigins(origins: unknown): readonly string[] {
  const isOrigin = (text: unknown): text is string =>
    typeof text === 'string' && URL.canParse(text) && new URL(text).origin === text;
  if (Array.isArray(origins) && origins.length > 0 && origins.every(isOrigin)) return [...origins];
  throw new TypeError(
    'createAuthorizedFetch: origins must be a list of origins such as "https://api.example.com", without a path.',
  );
}
