import { constants, type KeyObject } from 'node:crypto';

/** A signature algorithm: its keys and its signatures. */
export interface AlgorithmRow {
  /** The kinds of key that it takes: `secret`, or an `asymmetricKeyType` of Node. */
  readonly keyTypes: readonly string[];
  /** The only curve of its keys, by OpenSSL's name. */
  readonly curve?: string;
  /** The digest; null if the algorithm itself fixes it. */
  readonly digest: string | null;
  /** The minimum size of a key: bits of the secret, or of the RSA modulus. */
  readonly minimumBits: number;
  /** The length of every signature. Default: as long as the RSA modulus (RFC 8017 §8.1.2). */
  readonly signatureBytes?: number;
  /** The parameters for OpenSSL, apart from the digest. Default: those of the key type. */
  readonly parameters?: object;
  /** Another name of the same algorithm in the header of a token. */
  readonly alias?: string;
  /** Whether it only verifies tokens of other issuers, and never signs. */
  readonly verifiesOnly?: true;
}

const HMAC = { keyTypes: ['secret'] };
/** PKCS #1 v1.5 is OpenSSL's padding for keys of this type. */
const RSA = { keyTypes: ['rsa'], minimumBits: 2048 };
const PSS_PARAMETERS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};
const PSS = { keyTypes: ['rsa', 'rsa-pss'], minimumBits: 2048, parameters: PSS_PARAMETERS };
const EC = { keyTypes: ['ec'] };

/**
 * One row per algorithm; the first that fits a key is its default. `none` is not supported.
 *
 * RFC 7518 §3.2: a secret is as long as the hash. §3.3 and §3.5: RSA has 2048 bits or more. §3.4:
 * each ECDSA algorithm has one curve, and R and S have the length of its order. RFC 8037 §3.1 and
 * RFC 9864 §2.2: Ed25519 has two names.
 */
export const ALGORITHMS = {
  HS256: { ...HMAC, digest: 'sha256', minimumBits: 256, signatureBytes: 32 },
  HS384: { ...HMAC, digest: 'sha384', minimumBits: 384, signatureBytes: 48 },
  HS512: { ...HMAC, digest: 'sha512', minimumBits: 512, signatureBytes: 64 },
  RS256: { ...RSA, digest: 'sha256' },
  RS384: { ...RSA, digest: 'sha384' },
  RS512: { ...RSA, digest: 'sha512' },
  PS256: { ...PSS, digest: 'sha256' },
  PS384: { ...PSS, digest: 'sha384' },
  PS512: { ...PSS, digest: 'sha512' },
  ES256: { ...EC, digest: 'sha256', curve: 'prime256v1', minimumBits: 256, signatureBytes: 64 },
  ES384: { ...EC, digest: 'sha384', curve: 'secp384r1', minimumBits: 384, signatureBytes: 96 },
  ES512: { ...EC, digest: 'sha512', curve: 'secp521r1', minimumBits: 521, signatureBytes: 132 },
  Ed25519: {
    keyTypes: ['ed25519'],
    digest: null,
    minimumBits: 256,
    signatureBytes: 64,
    alias: 'EdDSA',
    verifiesOnly: true,
  },
} as const satisfies Record<string, AlgorithmRow>;

/** The name of an algorithm that a key can have. */
export type Algorithm = keyof typeof ALGORITHMS;

/** A name that a token's header or the option `alg` may use. */
export type AlgorithmName = Algorithm | Extract<RowOf<Algorithm>, { alias: string }>['alias'];

type RowOf<A extends Algorithm> = (typeof ALGORITHMS)[A];

const NAMES = Object.keys(ALGORITHMS) as Algorithm[];

const byName = new Map<string, Algorithm>(
  NAMES.flatMap((name) => [name, rowOf(name).alias ?? name].map((each) => [each, name] as const)),
);

/** The names of the algorithms that can sign. */
export const SIGNING_ALGORITHMS: readonly Algorithm[] = NAMES.filter(
  (name) => !rowOf(name).verifiesOnly,
);

/** Returns the row of an algorithm, with its optional columns. */
export function rowOf(name: Algorithm): AlgorithmRow {
  return ALGORITHMS[name];
}

/**
 * Finds the algorithm with this name or alias; undefined if there is none. Names are
 * case-sensitive.
 */
export function algorithmNamed(name: string): Algorithm | undefined {
  return byName.get(name);
}

/**
 * Lists the algorithms that a key can have, the default one first. The list is empty if JWTs do not
 * use such keys.
 */
export function algorithmsOf(key: KeyObject): readonly Algorithm[] {
  const keyType = key.type === 'secret' ? 'secret' : (key.asymmetricKeyType ?? '');
  const { namedCurve, hashAlgorithm, mgf1HashAlgorithm } = key.asymmetricKeyDetails ?? {};
  return NAMES.filter((name) => {
    const { keyTypes, curve, digest } = rowOf(name);
    // An RSA-PSS key may name its one hash (RFC 4055 §3.1), which MGF1 uses too (RFC 7518 §3.5).
    const hashes = [hashAlgorithm, mgf1HashAlgorithm].filter((hash) => hash !== undefined);
    const isCurve = curve === undefined || curve === namedCurve;
    return keyTypes.includes(keyType) && isCurve && hashes.every((hash) => hash === digest);
  });
}
