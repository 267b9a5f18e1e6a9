import { createPublicKey, createSecretKey, KeyObject } from 'node:crypto';

import { assertThat, isObject, readOptions, UNSET_HINT } from '../internal/assert';
import { algorithmsOf, minimumSecretBytes, type Algorithm } from './algorithms';
import { weaknessOf } from './weak-secret';

/** A string or bytes are always an HMAC secret; RSA and EC keys are KeyObjects, as `crypto.createPrivateKey(pem)` makes them. */
export type KeyMaterial = string | Uint8Array | KeyObject;

/** A key with what is to be said about it. */
export interface KeyOptions {
  /** The key itself. */
  readonly key: KeyMaterial | undefined;
  /** Its one algorithm. Default: HS256 for a secret, RS256 or PS256 for RSA, the algorithm of the curve for EC. */
  readonly alg?: Algorithm | undefined;
  /** Its name in the header of tokens (RFC 7515 §4.1.4). Default: none. */
  readonly kid?: string | undefined;
}

/** One key. `undefined` is in the type so that `process.env.X` compiles; it is refused when the app starts. */
export type KeyInput = KeyMaterial | KeyOptions | undefined;

/** One key, or a list: the first signs, all verify. */
export type Keys = KeyInput | readonly KeyInput[];

/** A key that verifies, with the one algorithm it may be used with (RFC 8725 §3.1). */
export interface VerificationKey {
  readonly alg: Algorithm;
  readonly kid: string | undefined;
  readonly publicKey: KeyObject;
}

/** A key that also signs. */
export interface SigningKey extends VerificationKey {
  readonly privateKey: KeyObject;
}

/** The keys in force. */
export interface KeyRing {
  /** The first key. */
  readonly signingKey: SigningKey;
  /** The keys that a token with this header may have been signed with: by exact `kid`, or without one all of the algorithm. */
  candidates(kid: string | undefined, alg: string): readonly VerificationKey[];
  /** Whether any key has this `kid`. */
  hasKid(kid: string): boolean;
  /** Whether any key has this algorithm. */
  hasAlgorithm(alg: string): boolean;
}

/** A token without `kid` is tried on every key of its algorithm, so the list has to be short. */
const MOST_KEYS = 16;

/**
 * Checks the keys and makes them ready.
 *
 * @throws TypeError where a key is missing, weak, of a kind that does not fit its algorithm, or named twice.
 */
export function createKeyRing(keys: Keys): KeyRing {
  const list = isList(keys) ? keys : [keys];
  const isShort = list.length >= 1 && list.length <= MOST_KEYS;
  assertThat(isShort, 'keys', `one key or a list of 1 to ${String(MOST_KEYS)}`, keys);

  const ring = list.map((input, index) =>
    toKey(input, isList(keys) ? `keys[${String(index)}]` : 'keys'),
  );
  const [signingKey] = ring;
  if (signingKey === undefined || !canSign(signingKey)) {
    throw new TypeError(
      'The first of the keys signs the tokens, and a public key cannot: put a private key or a secret first.',
    );
  }
  const kids = ring.flatMap(({ kid }) => kid ?? []);
  if (new Set(kids).size < kids.length)
    throw new TypeError('keys: two keys have the same kid. Give each a kid of its own.');
  return {
    signingKey,
    candidates: (kid, alg) =>
      ring.filter((key) => key.alg === alg && (kid === undefined || key.kid === kid)),
    hasKid: (kid) => kids.includes(kid),
    hasAlgorithm: (alg) => ring.some((key) => key.alg === alg),
  };
}

function isList(keys: Keys): keys is readonly KeyInput[] {
  return Array.isArray(keys);
}

function canSign(key: VerificationKey | SigningKey): key is SigningKey {
  return 'privateKey' in key;
}

function toKey(input: KeyInput, name: string): VerificationKey | SigningKey {
  if (input === undefined) throw new TypeError(`${name} is undefined. ${UNSET_HINT}`);
  const { key, alg, kid }: KeyOptions = isMaterial(input)
    ? { key: input, alg: undefined, kid: undefined }
    : withOptions(input, name);
  const material = isMaterial(input) ? name : `${name}.key`;
  const keyObject = toKeyObject(key, material);
  const algorithm = algorithmFor(keyObject, alg, name);
  if (keyObject.type === 'secret') assertStrongSecret(keyObject, algorithm, material);
  else assertStrongModulus(keyObject, material);

  if (keyObject.type === 'public') return { alg: algorithm, kid, publicKey: keyObject };
  const publicKey = keyObject.type === 'private' ? createPublicKey(keyObject) : keyObject;
  return { alg: algorithm, kid, publicKey, privateKey: keyObject };
}

function isMaterial(input: KeyMaterial | KeyOptions): input is KeyMaterial {
  return typeof input === 'string' || input instanceof Uint8Array || input instanceof KeyObject;
}

function withOptions(input: KeyOptions, name: string): KeyOptions {
  assertThat(
    isObject(input),
    name,
    'a secret (a string or bytes), a KeyObject, or { key, alg, kid }',
    input,
  );
  const options = readOptions(input, name, ['key', 'alg', 'kid']);
  const { kid } = options;
  const isName = kid === undefined || (typeof kid === 'string' && /^[\x21-\x7e]{1,256}$/.test(kid));
  assertThat(isName, `${name}.kid`, 'a string of 1 to 256 visible ASCII characters', kid);
  return options;
}

function toKeyObject(key: KeyMaterial | undefined, name: string): KeyObject {
  if (key === undefined) throw new TypeError(`${name} is undefined. ${UNSET_HINT}`);
  if (key === '')
    throw new TypeError(`${name} is empty. Make a good one with: openssl rand -base64 48.`);
  if (key instanceof KeyObject) return key;
  const isSecret = (typeof key === 'string' || key instanceof Uint8Array) && key.length > 0;
  assertThat(isSecret, name, 'a secret (a string or bytes that are not empty) or a KeyObject', key);
  return typeof key === 'string' ? createSecretKey(key, 'utf8') : createSecretKey(key);
}

function algorithmFor(key: KeyObject, wanted: unknown, name: string): Algorithm {
  const fitting = algorithmsOf(key);
  const [first] = fitting;
  if (first === undefined) {
    throw new TypeError(
      `${name}: keys of this type or curve are not supported. Use RSA, EC on P-256, P-384 or P-521, or a secret.`,
    );
  }
  if (wanted === undefined) return first;
  const alg = fitting.find((candidate) => candidate === wanted);
  if (alg === undefined)
    throw new TypeError(
      `${name}.alg does not fit the key. This key can have: ${fitting.join(', ')}.`,
    );
  return alg;
}

function assertStrongSecret(key: KeyObject, alg: Algorithm, name: string): void {
  const weakness = weaknessOf(key.export(), minimumSecretBytes(alg));
  if (weakness !== undefined) throw new TypeError(`${name} ${weakness}.`);
}

/** RFC 7518 §3.3 and §3.5. */
function assertStrongModulus(key: KeyObject, name: string): void {
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < 2048) {
    throw new TypeError(
      `${name} has ${String(bits)} bits and an RSA key needs 2048 or more; make a good one with: openssl genrsa 3072`,
    );
  }
}
