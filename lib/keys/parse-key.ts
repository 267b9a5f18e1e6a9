import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { types } from 'node:util';

import {
  assertThat,
  assertVisibleAscii,
  isObject,
  readOptions,
  UNSET_HINT,
} from '../internal/assert';
import {
  algorithmNamed,
  algorithmsOf,
  rowOf,
  type Algorithm,
  type AlgorithmName,
} from './algorithms';
import { weaknessOf } from './weak-secret';

/** The longest `kid`, in characters. */
export const LONGEST_KID = 256;

/**
 * The key itself. A string or bytes are always an HMAC secret. RSA, EC and Ed25519 keys are
 * KeyObjects, such as `crypto.createPrivateKey(pem)` returns.
 */
export type KeyMaterial = string | Uint8Array | KeyObject;

/** A key with its algorithm and its ID. */
export interface KeyOptions {
  /** The key itself. */
  readonly key: KeyMaterial | undefined;
  /**
   * Its only algorithm. Default: HS256 for a secret, RS256 or PS256 for RSA, that of the curve for
   * EC.
   */
  readonly alg?: AlgorithmName | undefined;
  /** Its ID in the header of tokens (RFC 7515 §4.1.4). Default: none. */
  readonly kid?: string | undefined;
}

/**
 * One key. The type allows `undefined` so that `process.env.X` compiles; it throws at the start.
 */
export type KeyInput = KeyMaterial | KeyOptions | undefined;

/** A key that verifies, with the only algorithm that it may be used with (RFC 8725 §3.1). */
export interface VerificationKey {
  readonly alg: Algorithm;
  readonly kid: string | undefined;
  readonly publicKey: KeyObject;
}

/** A key that also signs. */
export interface SigningKey extends VerificationKey {
  readonly privateKey: KeyObject;
}

/**
 * Checks and prepares one key.
 *
 * @param name The key in error messages: `createJwtAuth: keys[1]`.
 * @throws TypeError if the key is missing, weak, or of a kind that does not fit its algorithm.
 */
export function parseKey(input: KeyInput, name: string): VerificationKey | SigningKey {
  if (input === undefined) throw new TypeError(`${name} is undefined. ${UNSET_HINT}`);
  const { key, alg, kid }: KeyOptions = isMaterial(input)
    ? { key: input, alg: undefined, kid: undefined }
    : withOptions(input, name);
  const material = isMaterial(input) ? name : `${name}.key`;
  const keyObject = toKeyObject(key, material);
  const algorithm = algorithmFor(keyObject, alg, name);
  assertStrong(keyObject, rowOf(algorithm).minimumBits, material);

  if (keyObject.type === 'public') return { alg: algorithm, kid, publicKey: keyObject };
  const publicKey = keyObject.type === 'private' ? createPublicKey(keyObject) : keyObject;
  if (rowOf(algorithm).verifiesOnly) return { alg: algorithm, kid, publicKey };
  return { alg: algorithm, kid, publicKey, privateKey: keyObject };
}

/** Checks whether a key can sign. */
export function canSign(key: VerificationKey | SigningKey): key is SigningKey {
  return 'privateKey' in key;
}

function isMaterial(input: KeyMaterial | KeyOptions): input is KeyMaterial {
  return typeof input === 'string' || types.isUint8Array(input) || types.isKeyObject(input);
}

function withOptions(input: KeyOptions, name: string): KeyOptions {
  const must = 'a secret (a string or bytes), a KeyObject, or { key, alg, kid }';
  assertThat(isObject(input), name, must, input);
  const options = readOptions(input, name, ['key', 'alg', 'kid']);
  const { kid } = options;
  if (kid !== undefined) assertVisibleAscii(kid, `${name}.kid`, LONGEST_KID);
  return options;
}

function toKeyObject(key: KeyMaterial | undefined, name: string): KeyObject {
  if (key === undefined) throw new TypeError(`${name} is undefined. ${UNSET_HINT}`);
  if (key === '') throw new TypeError(`${name} is empty. Create one with: openssl rand -base64 48`);
  if (types.isKeyObject(key)) return key;
  const isSecret = (typeof key === 'string' || types.isUint8Array(key)) && key.length > 0;
  const must = 'a secret (a string or bytes that are not empty) or a KeyObject';
  assertThat(isSecret, name, must, key);
  return typeof key === 'string' ? createSecretKey(key, 'utf8') : createSecretKey(key);
}

function algorithmFor(key: KeyObject, wanted: unknown, name: string): Algorithm {
  const fitting = algorithmsOf(key);
  const [first] = fitting;
  if (first === undefined) {
    throw new TypeError(
      `${name}: keys of this type or curve are not supported. Use RSA, EC on P-256, P-384 or P-521, Ed25519 in a guard, or a secret.`,
    );
  }
  if (wanted === undefined) return first;
  const alg = typeof wanted === 'string' ? algorithmNamed(wanted) : undefined;
  if (alg === undefined || !fitting.includes(alg)) {
    const names = fitting.join(', ');
    throw new TypeError(`${name}.alg does not fit the key. This key can have: ${names}.`);
  }
  return alg;
}

/**
 * Throws a TypeError if a key is weak (RFC 7518 §3.2, §3.3 and §3.5; RFC 8017 §3.1 for the
 * exponent).
 */
export function assertStrong(key: KeyObject, minimumBits: number, name: string): void {
  if (key.type === 'secret') {
    const weakness = weaknessOf(key.export(), minimumBits / 8);
    if (weakness !== undefined) throw new TypeError(`${name} ${weakness}`);
  }
  const { modulusLength: bits, publicExponent } = key.asymmetricKeyDetails ?? {};
  // With the exponent 1, a padded hash is its own signature; an even one cannot verify.
  if (publicExponent !== undefined && (publicExponent < 3n || publicExponent % 2n === 0n)) {
    throw new TypeError(
      `${name} has the exponent ${String(publicExponent)}, but an RSA key needs an odd one of 3 or more. Create one with: openssl genrsa 3072`,
    );
  }
  if (bits !== undefined && bits < minimumBits) {
    throw new TypeError(
      `${name} has ${String(bits)} bits, but an RSA key needs ${String(minimumBits)} or more. Create one with: openssl genrsa 3072`,
    );
  }
}
