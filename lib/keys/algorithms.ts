import type { KeyObject } from 'node:crypto';

/** The signature algorithms of RFC 7518 §3.1 that a key can have; `none` is not among them. */
export type Algorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512';

const HMAC_ALGORITHMS: readonly Algorithm[] = ['HS256', 'HS384', 'HS512'];
const RSA_ALGORITHMS: readonly Algorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const RSA_PSS_ALGORITHMS: readonly Algorithm[] = ['PS256', 'PS384', 'PS512'];

/** RFC 7518 §3.4: each ECDSA algorithm has one curve. The names are OpenSSL's. */
const CURVE_ALGORITHMS: Readonly<Record<string, readonly Algorithm[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};

/** The algorithms that a key can be used with, the default one first; none for a kind that JWTs here do not use. */
export function algorithmsOf(key: KeyObject): readonly Algorithm[] {
  if (key.type === 'secret') return HMAC_ALGORITHMS;
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return RSA_ALGORITHMS;
    case 'rsa-pss':
      return rsaPssAlgorithms(key);
    case 'ec':
      return CURVE_ALGORITHMS[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? [];
    default:
      return [];
  }
}

/** An RSA-PSS key may name the one hash that it is good for (RFC 4055 §3.1); RFC 7518 §3.5 has the same one for MGF1. */
function rsaPssAlgorithms(key: KeyObject): readonly Algorithm[] {
  const { hashAlgorithm, mgf1HashAlgorithm } = key.asymmetricKeyDetails ?? {};
  return RSA_PSS_ALGORITHMS.filter((alg) =>
    [hashAlgorithm, mgf1HashAlgorithm].every(
      (hash) => hash === undefined || hash === `sha${alg.slice(2)}`,
    ),
  );
}

/** RFC 7518 §3.2: an HMAC key is at least as long as the hash. */
export function minimumSecretBytes(alg: Algorithm): number {
  return Number(alg.slice(2)) / 8;
}
