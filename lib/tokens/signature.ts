import { createHmac, timingSafeEqual, verify, type KeyObject } from 'node:crypto';

import { rowOf } from '../keys/algorithms';
import { derOf } from './ecdsa-signature';
import type { VerificationKey } from '../keys/parse-key';

/**
 * Checks whether a compact JWT was signed with this key (RFC 7515 §5.2). The algorithm is that of
 * the key; the token cannot choose it (RFC 8725 §3.1).
 */
export function isSignedWith(token: string, { alg, publicKey }: VerificationKey): boolean {
  const end = token.lastIndexOf('.');
  const [input, signature] = [token.slice(0, end), token.slice(end + 1)];
  const { curve, digest, parameters, signatureBytes } = rowOf(alg);
  if (publicKey.type === 'secret')
    return isSame(
      createHmac(String(digest), publicKey).update(input).digest('base64url'),
      signature,
    );

  const bytes = Buffer.from(signature, 'base64url');
  // OpenSSL does not check the length.
  if (bytes.length !== (signatureBytes ?? modulusBytes(publicKey))) return false;
  try {
    // Node 24 reads a key inside an object anew on each call, so the key and a DER signature are
    // passed if they can be.
    const key = parameters === undefined ? publicKey : { key: publicKey, ...parameters };
    return verify(digest, Buffer.from(input), key, curve === undefined ? bytes : derOf(bytes));
  } catch {
    // The parameters of a key may not allow the signature.
    return false;
  }
}

function modulusBytes({ asymmetricKeyDetails }: KeyObject): number {
  return Math.ceil((asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

/** Compares two texts in base64url in constant time. */
function isSame(expected: string, given: string): boolean {
  if (given.length !== expected.length) return false;
  const [a, b] = buffersOf(expected.length);
  a.write(expected, 'latin1');
  b.write(given, 'latin1');
  return timingSafeEqual(a, b);
}

const buffers = new Map<number, readonly [Buffer, Buffer]>();

/** Two buffers for each length of an HMAC, because new ones would cost more than the comparison. */
function buffersOf(length: number): readonly [Buffer, Buffer] {
  const known = buffers.get(length);
  if (known !== undefined) return known;
  const pair = [Buffer.alloc(length), Buffer.alloc(length)] as const;
  buffers.set(length, pair);
  return pair;
}
