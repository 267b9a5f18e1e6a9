import { CheckError, own } from '../internal/assert';
import { isError } from '../internal/errors';
import { ISSUER_SUFFIX, isFetchableFrom, wellKnownUrl } from '../internal/urls';
import { fetchObject, withoutQuery, type Fetch } from './fetch-object';

/** The settings of {@link createKeySetLoader}. */
export interface RemoteIssuerSettings {
  readonly issuer: string;
  /** The URL of its key set. Default: the one that its metadata names. */
  readonly jwksUri: string | undefined;
  /** Default: the global `fetch`, read on each use. */
  readonly fetch: Fetch | undefined;
}

/** The most keys of a key set. */
export const MOST_KEYS = 100;

/** Creates a function that loads the key set of an issuer. It rejects if that fails. */
export function createKeySetLoader(
  settings: RemoteIssuerSettings,
): () => Promise<readonly unknown[]> {
  return async () => {
    // Each time, because an issuer may move its keys and give up the old place.
    const url = settings.jwksUri ?? (await discover(settings));
    const keys = own(await fetchObject(url, settings.fetch), 'keys');
    if (!Array.isArray(keys) || keys.length > MOST_KEYS)
      throw new CheckError(
        `${withoutQuery(url)} is no key set with up to ${String(MOST_KEYS)} keys.`,
      );
    return keys as readonly unknown[];
  };
}

/** Finds the URL of the key set in the metadata of the issuer. */
async function discover({ issuer, fetch }: RemoteIssuerSettings): Promise<string> {
  const url = own(await fetchMetadata(issuer, fetch), 'jwks_uri');
  if (typeof url !== 'string' || !isFetchableFrom(issuer, url))
    throw new CheckError(`The metadata of ${issuer} has no https jwks_uri.`);
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
  const oauth = wellKnownUrl(ISSUER_SUFFIX, issuer);
  const metadata = await fetchObject(oauth, fetch).catch((cause: unknown) =>
    fetchObject(openId, fetch).catch((error: unknown) => {
      throw new CheckError(`${messageOf(cause)} ${messageOf(error)}`, { cause });
    }),
  );
  const named = own(metadata, 'issuer');
  if (named === issuer) return metadata;
  const shown = typeof named === 'string' ? JSON.stringify(named.slice(0, 300)) : 'none';
  throw new CheckError(`The metadata of ${issuer} names another issuer: ${shown}.`);
}

const messageOf = (error: unknown) => (isError(error) ? error.message : String(error));
