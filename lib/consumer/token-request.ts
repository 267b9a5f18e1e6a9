import { TokenError } from './token-error';

/**
 * How the credentials are sent: as the headers of this package's token route, with HTTP Basic, or in
 * the body of the form (RFC 6749 §2.3.1).
 */
export type TokenStyle = 'headers' | 'basic' | 'post';

/** What a request for a token needs. */
export interface TokenRequestSettings {
  readonly url: string | undefined;
  readonly issuer: string | undefined;
  readonly style: TokenStyle;
  readonly scope: string | undefined;
  readonly fetch: typeof fetch;
}

/** The ID and the secret of a client. */
export interface Credentials {
  /** The client ID. */
  readonly clientId: string;
  /** The secret. */
  readonly clientSecret: string;
}

/** A token as it was received. */
export interface ReceivedToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

const TIMEOUT_MS = 10_000;
/** The lifetime of a token whose response names none, in seconds. */
const UNKNOWN_LIFETIME = 60;

/** Creates a function that requests one token. It rejects with a TokenError. */
export function createTokenRequest(
  settings: TokenRequestSettings,
): (credentials: Credentials) => Promise<ReceivedToken> {
  let discovered: string | undefined;
  return async (credentials) => {
    const endpoint = settings.url ?? discovered ?? (await discover(settings));
    // Known again only if it works, because an issuer may move its endpoint.
    discovered = undefined;
    const response = await send(settings.fetch, endpoint, toInit(settings, credentials));
    const body = await readObject(response);
    if (!response.ok) throw refusalOf(response, body, true);
    discovered = endpoint;
    return toToken(response, body, endpoint);
  };
}

function toToken(
  { headers, status }: Response,
  body: Record<string, unknown>,
  endpoint: string,
): ReceivedToken {
  const [, header] = /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '') ?? [];
  const { access_token: token = header, token_type: type = 'Bearer' } = body;
  // RFC 6749 §7.1: a token of a type that the client does not understand must not be used.
  const isBearer = typeof type === 'string' && type.toLowerCase() === 'bearer';
  if (typeof token !== 'string' || token === '' || !isBearer)
    throw new TokenError(
      'ERR_RESPONSE',
      `The response of ${shown(endpoint)} has no Bearer token. In a browser, the server needs exposeToken: true.`,
      { status },
    );
  const seconds = Number(body.expires_in ?? UNKNOWN_LIFETIME);
  return { token, lifetimeMs: (seconds > 0 ? seconds : UNKNOWN_LIFETIME) * 1000 };
}

function toInit(
  { style, scope }: TokenRequestSettings,
  { clientId, clientSecret }: Credentials,
): RequestInit {
  if (style === 'headers')
    return { headers: { 'client-id': clientId, 'client-secret': clientSecret } };
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope !== undefined) body.set('scope', scope);
  if (style === 'basic') {
    const pair = [clientId, clientSecret].map(formEncode).join(':');
    return { body, headers: { Authorization: `Basic ${btoa(pair)}` } };
  }
  body.set('client_id', clientId);
  body.set('client_secret', clientSecret);
  return { body };
}

/** Encodes a text as in a form (RFC 6749 Appendix B). */
function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

/** Finds the token endpoint of an issuer (RFC 8414 §3), which must name exactly this issuer (§3.3). */
async function discover({ issuer = '', fetch }: TokenRequestSettings): Promise<string> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const url = `${origin}/.well-known/oauth-authorization-server${path}`;
  const response = await send(fetch, url, { method: 'GET' });
  const metadata = await readObject(response);
  if (!response.ok) throw refusalOf(response, metadata, false);
  const { token_endpoint: endpoint } = metadata;
  if (metadata.issuer !== issuer)
    throw new TokenError('ERR_RESPONSE', `The metadata at ${url} names another issuer.`);
  if (typeof endpoint !== 'string' || !isSafeUrl(endpoint))
    throw new TokenError('ERR_RESPONSE', `The metadata at ${url} has no https token_endpoint.`);
  return endpoint;
}

/** Checks whether secrets may be sent to a URL: https, or http on this machine. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLocal);
}

async function send(
  fetch: TokenRequestSettings['fetch'],
  url: string,
  init: RequestInit,
): Promise<Response> {
  try {
    // A redirect would send the secret to another place.
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return await fetch(url, { method: 'POST', redirect: 'error', signal, ...init });
  } catch (cause) {
    const message = `${shown(url)} could not be reached, or responded with a redirect.`;
    throw new TokenError('ERR_NETWORK', message, { cause });
  }
}

async function readObject(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function refusalOf(
  { status, headers }: Response,
  body: Record<string, unknown>,
  isTokenEndpoint: boolean,
): TokenError {
  const word = [body.code, body.error].find((each) => typeof each === 'string');
  const code = typeof word === 'string' ? word : 'ERR_RESPONSE';
  const sentence = typeof body.error_description === 'string' ? ` ${body.error_description}` : '';
  const message = `The server refused a token with ${String(status)} (${code}).${sentence}`;
  const retryAfterSeconds = parseRetryAfter(headers);
  const isFinal = isTokenEndpoint && (status === 401 || status === 403);
  return new TokenError(code, message, { status, retryAfterSeconds, isFinal });
}

/** RFC 9110 §10.2.3: seconds, or a date, by the clock of the server. */
function parseRetryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  const ms = Date.parse(text) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(ms) ? undefined : Math.max(0, Math.ceil(ms / 1000));
}

/** Returns a URL for messages, without user, password and query. */
export function shown(url: string): string {
  if (!URL.canParse(url)) return 'no URL';
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
