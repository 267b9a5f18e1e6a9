import { createHmac, timingSafeEqual, verify, type KeyObject } from 'node:crypto';

import { rowOf } from '../keys/algorithms';
import type { VerificationKey } from '../keys/parse-key';

/**
 * Checks whether a compact JWT was signed with this key (RFC 7515 §5.2). The algorithm is that of
 * the key; the token cannot choose it (RFC 8725 §3.1).
 */
export function isSignedWith(token: string, { alg, publicKey }: VerificationKey): boolean {
  const end = token.lastIndexOf('.');
  const [input, signature] = [token.slice(0, end), token.slice(end + 1)];
  const { digest, parameters, signatureBytes } = rowOf(alg);
  if (publicKey.type === 'secret')
    return isSame(
      createHmac(String(digest), publicKey).update(input).digest('base64url'),
      signature,
    );

  const bytes = Buffer.from(signature, 'base64url');
  // OpenSSL does not check the length.
  if (bytes.length !== (signatureBytes ?? modulusBytes(publicKey))) return false;
  try {
    return verify(digest, Buffer.from(input), { key: publicKey, ...parameters }, bytes);
  } catch {
    // The parameters of a key may not allow the signature.
    return false;
  }
}

function modulusBytes({ asymmetricKeyDetails }: KeyObject): number {
  return Math.ceil((asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

/** Compares two texts in constant time. */
function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
