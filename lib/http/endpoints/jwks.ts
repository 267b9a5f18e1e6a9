import type { PublicJwk } from '../../keys/jwk';
import { createDocument } from './document';
import type { Endpoint } from './endpoint';

/** Creates the endpoint of the key set (RFC 7517 §5): the public keys, in the order of the ring. */
export function createJwksEndpoint(path: string, published: () => readonly PublicJwk[]): Endpoint {
  return createDocument('jwks', path, () => ({ keys: published() }));
}
