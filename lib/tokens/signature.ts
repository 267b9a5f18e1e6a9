import { constants, createHmac, timingSafeEqual, verify, type KeyObject } from 'node:crypto';

import type { Algorithm } from '../keys/algorithms';
import type { VerificationKey } from '../keys/key-ring';

/** RFC 7518 §3.3 to §3.5: what OpenSSL has to know of each family beyond the digest. */
const PARAMETERS: Readonly<Record<string, object>> = {
  RS: { padding: constants.RSA_PKCS1_PADDING },
  PS: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  ES: { dsaEncoding: 'ieee-p1363' },
};
/** RFC 7518 §3.4: R and S have the whole length of the curve's order, whatever leading zeros that takes. */
const ECDSA_BYTES: Partial<Readonly<Record<Algorithm, number>>> = {
  ES256: 64,
  ES384: 96,
  ES512: 132,
};
/** RFC 8017 §8.1.2: as long as the modulus, which OpenSSL does not insist on. */
const rsaBytes = ({ asymmetricKeyDetails }: KeyObject) =>
  Math.ceil((asymmetricKeyDetails?.modulusLength ?? 0) / 8);

/**
 * Whether a compact JWT has been signed with this key (RFC 7515 §5.2). The algorithm is the key's: what the token says
 * of it plays no part (RFC 8725 §3.1).
 */
export function isSignedWith(token: string, { alg, publicKey }: VerificationKey): boolean {
  const end = token.lastIndexOf('.');
  const [input, signature] = [token.slice(0, end), token.slice(end + 1)];
  const digest = `sha${alg.slice(2)}`;
  if (alg.startsWith('HS'))
    return isSame(createHmac(digest, publicKey).update(input).digest('base64url'), signature);

  const bytes = Buffer.from(signature, 'base64url');
  if (bytes.length !== (ECDSA_BYTES[alg] ?? rsaBytes(publicKey))) return false;
  try {
    return verify(
      digest,
      Buffer.from(input),
      { key: publicKey, ...PARAMETERS[alg.slice(0, 2)] },
      bytes,
    );
  } catch {
    // The parameters in a key may rule a signature out.
    return false;
  }
}

/** In a time that does not tell how much of it is the same. */
function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
