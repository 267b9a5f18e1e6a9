import type { Endpoint, EndpointKind } from './endpoint';

/**
 * How long others may cache a public document, in seconds. After you publish a new key, wait longer
 * than this, and than the caches of those who verify, before you sign with it.
 */
const MAX_AGE_SECONDS = 300;

/** Creates the endpoint of a public document, which caches may keep. */
export function createDocument(kind: EndpointKind, path: string, bodyOf: () => object): Endpoint {
  return {
    kind,
    path,
    methods: ['GET', 'HEAD'],
    cacheControl: `public, max-age=${String(MAX_AGE_SECONDS)}`,
    answer: () => ({ reply: { status: 200, headers: {}, body: bodyOf() } }),
  };
}
