import { publicJwkOf, type PublicJwk } from './jwk';
import type { VerificationKey } from './parse-key';

/**
 * Creates the JWK of each key, in their order; undefined for a secret, which is never published.
 *
 * @param owner The factory that error messages name.
 * @throws TypeError if there is nothing to publish, or a key has no form as a JWK.
 */
export type KeyPublisher = (
  ring: readonly VerificationKey[],
  owner: string,
) => readonly (PublicJwk | undefined)[];

/** Creates the JWKs of the keys of an issuer. */
export const publishKeys: KeyPublisher = (ring, owner) => {
  const jwks = ring.map(publicJwkOf);
  if (ring.some(({ publicKey }) => publicKey.asymmetricKeyType === 'rsa-pss')) {
    const remedy = "Use an RSA key with alg: 'PS256'";
    throw new TypeError(`${owner}: jwks cannot publish a key of type RSA-PSS. ${remedy}.`);
  }
  if (jwks.every((jwk) => jwk === undefined)) {
    const command = 'npx express-client-jwt key generate --alg ES256';
    throw new TypeError(
      `${owner}: jwks has nothing to publish: a secret stays secret. Sign with an RSA or EC key. Create one with: ${command}`,
    );
  }
  return jwks;
};
