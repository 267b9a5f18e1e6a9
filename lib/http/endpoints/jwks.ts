import type { PublicJwk } from '../../keys/jwk';
import type { Endpoint } from './endpoint';

/**
 * How long others may cache the keys, in seconds. After you publish a new key, wait longer than this
 * and than the caches of those who verify before you sign with it.
 */
const MAX_AGE_SECONDS = 300;

/** Creates the endpoint of the key set (RFC 7517 §5): the public keys, in the order of the ring. */
export function createJwksEndpoint(path: string, published: () => readonly PublicJwk[]): Endpoint {
  return {
    path,
    methods: ['GET', 'HEAD'],
    cacheControl: `public, max-age=${String(MAX_AGE_SECONDS)}`,
    answer: () => ({ reply: { status: 200, headers: {}, body: { keys: published() } } }),
  };
}
