import { isObject, own } from '../internal/assert';
import { isFetchableUrl, wellKnownUrl } from '../internal/urls';

/** The settings of {@link createKeySetLoader}. */
export interface RemoteIssuerSettings {
  readonly issuer: string;
  /** The URL of its key set. Default: the one that its metadata names. */
  readonly jwksUri: string | undefined;
  /** Default: the global `fetch`, read on each use. */
  readonly fetch: Fetch | undefined;
}

/** The global `fetch`, or one like it. */
export type Fetch = typeof fetch;

const TIMEOUT_MS = 5000;
const LONGEST_BODY = 1_048_576;
const MOST_KEYS = 100;

/** Creates a function that loads the key set of an issuer. It rejects if that fails. */
export function createKeySetLoader(
  settings: RemoteIssuerSettings,
): () => Promise<readonly unknown[]> {
  let discovered: string | undefined;
  return async () => {
    const url = settings.jwksUri ?? discovered ?? (await discover(settings));
    // Known again only if it works, because an issuer may move its keys.
    discovered = undefined;
    const keys = own(await fetchObject(url, settings.fetch), 'keys');
    if (!Array.isArray(keys) || keys.length > MOST_KEYS)
      throw new Error(`${shown(url)} is no key set with up to ${String(MOST_KEYS)} keys.`);
    discovered = url;
    return keys as readonly unknown[];
  };
}

/** Finds the URL of the key set in the metadata of the issuer. */
async function discover({ issuer, fetch }: RemoteIssuerSettings): Promise<string> {
  const url = own(await fetchMetadata(issuer, fetch), 'jwks_uri');
  if (typeof url !== 'string' || !isFetchableUrl(url))
    throw new Error(`The metadata of ${shown(issuer)} has no https jwks_uri.`);
  return url;
}

/**
 * Fetches the metadata of an issuer: RFC 8414 §3.1, or OpenID Connect Discovery 1.0 §4. It must name
 * exactly this issuer (RFC 8414 §3.3).
 */
export async function fetchMetadata(
  issuer: string,
  fetch: Fetch | undefined,
): Promise<Record<string, unknown>> {
  const openId = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const metadata = await fetchObject(
    wellKnownUrl('oauth-authorization-server', issuer),
    fetch,
  ).catch(() => fetchObject(openId, fetch));
  if (own(metadata, 'issuer') !== issuer)
    throw new Error(`The metadata of ${shown(issuer)} names another issuer.`);
  return metadata;
}

/** Fetches a JSON object of at most 1 MiB within 5 seconds, and follows no redirect. */
export async function fetchObject(
  url: string,
  given: Fetch | undefined,
): Promise<Record<string, unknown>> {
  const response = await (given ?? fetch)(url, {
    headers: { Accept: 'application/json, application/jwk-set+json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200)
    throw new Error(`${shown(url)} responded with the status ${String(response.status)}.`);
  const value: unknown = JSON.parse(await readText(response, url));
  if (!isObject(value)) throw new Error(`${shown(url)} did not respond with a JSON object.`);
  return value;
}

async function readText({ body }: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Error(`${shown(url)} responded with more than 1 MiB.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Returns a URL for messages, without its query. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
