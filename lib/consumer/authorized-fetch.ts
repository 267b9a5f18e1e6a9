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
    const { origin } = new URL(input instanceof Request ? input.url : input, baseUrl());
    if (!origins.includes(origin))
      throw new TypeError(`${origin} gets no token. Add it to the option origins, if it should.`);
    // Decided before the first send, because that may consume the body.
    const canSendAgain = canBeSentTwice(init.body) && (!(input instanceof Request) || !input.body);
    const signal = init.signal ?? (input instanceof Request ? input.signal : undefined);
    const token = await source.getToken({ signal });
    const first = await send(input, withToken(input, init, token));
    if (!canSendAgain || !isInvalidToken(first)) return first;
    source.rejectToken(token);
    const next = await source.getToken({ signal }).catch(() => token);
    if (next === token) return first;
    await first.body?.cancel();
    return send(input, withToken(input, init, next));
  };
}

function withToken(input: string | URL | Request, init: RequestInit, token: string): RequestInit {
  const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : {}));
  headers.set('Authorization', `Bearer ${token}`);
  return { ...init, headers };
}

/** RFC 6750 §3.1: only this error is about the token itself. */
function isInvalidToken({ status, headers }: Response): boolean {
  const challenge = headers.get('www-authenticate') ?? '';
  return status === 401 && /\berror="?invalid_token\b/.test(challenge);
}

/** Checks whether a body can be sent twice: everything but a stream. */
function canBeSentTwice(body: RequestInit['body']): boolean {
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
