/** The suffix of an issuer's metadata (RFC 8414 §3). */
export const ISSUER_SUFFIX = 'oauth-authorization-server';
/** The suffix of a resource's metadata (RFC 9728 §3). */
export const RESOURCE_SUFFIX = 'oauth-protected-resource';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The end of the sentence "… must be …", for a URL that {@link isFetchableUrl} accepts. */
export const FETCHABLE_URL = 'an https URL without fragment or password (http on localhost)';

/** Checks whether a text is a URL that keys may be fetched from: https, or http on loopback. */
export function isFetchableUrl(text: string): boolean {
  if (!URL.canParse(text) || /[#\s]/.test(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

/**
 * Checks whether a URL in the metadata of an issuer may be fetched. Only an issuer on this machine
 * may name another place on it.
 */
export function isFetchableFrom(issuer: string, url: string): boolean {
  return isFetchableUrl(url) && (url.startsWith('https:') || issuer.startsWith('http:'));
}

/** The end of the sentence "… must be …", for a URL that {@link isTrustedUrl} accepts. */
export const TRUSTED_URL = 'an https URL without query, fragment or password (http on localhost)';

/** Checks whether a text is the URL of an issuer or a resource (RFC 8414 §2, RFC 9728 §1.2). */
export function isTrustedUrl(text: string): boolean {
  return isFetchableUrl(text) && !text.includes('?');
}

/** Returns the path of a URL without the slash at its end; empty for the root. */
export function pathOf(url: string): string {
  return new URL(url).pathname.replace(/\/$/, '');
}

/**
 * Returns the path of a well-known document about a URL: the suffix comes between host and path (RFC
 * 8615 §3, RFC 8414 §3.1, RFC 9728 §3.1).
 */
export function wellKnownPath(suffix: string, url: string): string {
  return `/.well-known/${suffix}${pathOf(url)}`;
}

/** Returns the URL of a well-known document about a URL. */
export function wellKnownUrl(suffix: string, url: string): string {
  return new URL(url).origin + wellKnownPath(suffix, url);
}
