import { assertThat } from '../internal/assert';
import type { MaybePromise } from '../internal/maybe-promise';
import { algorithmNamed, type Algorithm } from './algorithms';
import type { PublicJwk } from './jwk';
import {
  canSign,
  parseKey,
  type KeyInput,
  type SigningKey,
  type VerificationKey,
} from './parse-key';
import type { KeyPublisher } from './publish-keys';

/** One key, or a list of 1 to 16: the first signs, all verify. */
export type Keys = KeyInput | readonly KeyInput[];

/** The reason why no key can verify a token. */
export type KeyRefusal = 'ERR_TOKEN_ALGORITHM' | 'ERR_TOKEN_KEY';

/** The keys that verify. */
export interface VerificationKeys {
  /** Whether the same header always finds the same keys. If not, they are found for each use. */
  readonly isFixed: boolean;
  /**
   * Finds the keys that may have signed a token with this header. That is the one with exactly this
   * `kid`, or every key of the algorithm if there is no `kid`. Returns a promise only if keys must
   * be loaded, and rejects if that fails.
   */
  find(kid: string | undefined, alg: string): MaybePromise<readonly VerificationKey[] | KeyRefusal>;
}

/** The keys of an issuer: one signs, all verify. */
export interface KeyRing {
  readonly signingKey: SigningKey;
  readonly verificationKeys: VerificationKeys;
  /** The public keys in the order of the ring; empty unless keys are published. */
  readonly published: readonly PublicJwk[];
}

/** The most keys in a list. A token without `kid` is tried with every key of its algorithm. */
const MOST_KEYS = 16;

/**
 * Checks and prepares the keys of an issuer.
 *
 * @param owner The factory that error messages name.
 * @param publish Creates the public keys to publish. A key without `kid` then gets its thumbprint
 *   (RFC 7638).
 * @throws TypeError if a key is missing, weak, of a kind that does not fit its algorithm, or has
 *   the `kid` of another one. Also if the first key cannot sign, or none can be published.
 */
export function createKeyRing(keys: Keys, owner: string, publish?: KeyPublisher): KeyRing {
  const parsed = parseKeys(keys, owner);
  const published = publish?.(parsed, owner) ?? [];
  const ring = parsed.map((key, index) => ({ ...key, kid: published[index]?.kid ?? key.kid }));
  assertDifferentKids(ring, owner);
  const [signingKey] = ring;
  if (signingKey === undefined || !canSign(signingKey)) {
    const remedy = 'Put a private key (RSA or EC) or a secret first';
    const hint = 'to verify tokens without issuing any, use createJwtGuard()';
    throw new TypeError(`${owner}: the first of the keys cannot sign. ${remedy}; ${hint}.`);
  }
  const jwks = published.filter((jwk) => jwk !== undefined);
  return { signingKey, verificationKeys: toVerificationKeys(ring), published: jwks };
}

/**
 * Checks and prepares keys that only verify.
 *
 * @param owner The factory that error messages name.
 * @throws TypeError if a key is missing, weak, of a kind that does not fit its algorithm, or has
 *   the `kid` of another one.
 */
export function createVerificationKeys(keys: Keys, owner: string): VerificationKeys {
  const ring = parseKeys(keys, owner);
  assertDifferentKids(ring, owner);
  return toVerificationKeys(ring);
}

function parseKeys(keys: Keys, owner: string): readonly (VerificationKey | SigningKey)[] {
  const list = isList(keys) ? keys : [keys];
  const isShort = list.length >= 1 && list.length <= MOST_KEYS;
  assertThat(isShort, `${owner}: keys`, `one key or a list of 1 to ${String(MOST_KEYS)}`, keys);
  return list.map((input, index) =>
    parseKey(input, `${owner}: ${isList(keys) ? `keys[${String(index)}]` : 'keys'}`),
  );
}

function assertDifferentKids(ring: readonly VerificationKey[], owner: string): void {
  const kids = ring.flatMap(({ kid }) => kid ?? []);
  const repeated = kids.find((kid, index) => kids.indexOf(kid) !== index);
  if (repeated !== undefined)
    throw new TypeError(`${owner}: two keys have the kid "${repeated}". Give each its own.`);
}

function toVerificationKeys(ring: readonly VerificationKey[]): VerificationKeys {
  const byKid = new Map<string, VerificationKey>();
  const byAlgorithm = new Map<Algorithm, readonly VerificationKey[]>();
  for (const key of ring) {
    byAlgorithm.set(key.alg, [...(byAlgorithm.get(key.alg) ?? []), key]);
    if (key.kid !== undefined) byKid.set(key.kid, key);
  }
  return {
    isFixed: true,
    find: (kid, name) => {
      const alg = algorithmNamed(name);
      const fitting = alg && byAlgorithm.get(alg);
      if (fitting === undefined) return 'ERR_TOKEN_ALGORITHM';
      if (kid === undefined) return fitting;
      const key = byKid.get(kid);
      if (key === undefined) return 'ERR_TOKEN_KEY';
      return key.alg === alg ? [key] : 'ERR_TOKEN_ALGORITHM';
    },
  };
}

function isList(keys: Keys): keys is readonly KeyInput[] {
  return Array.isArray(keys);
}
