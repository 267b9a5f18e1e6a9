import { KeyObject, type webcrypto } from 'node:crypto';
import { types } from 'node:util';

import type { Outage } from '../events';
import { assertThat } from '../internal/assert';
import { codeOf } from '../internal/errors';
import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import { withTimeout } from '../internal/timeout';
import { algorithmNamed, algorithmsOf, type Algorithm } from './algorithms';
import type { KeyRefusal, VerificationKeys } from './key-ring';
import { parseKey, type VerificationKey } from './parse-key';

/** The part of a token's header that names its key. It is not verified yet. */
export interface KeyHeader {
  /** The algorithm (RFC 7515 §4.1.1). */
  readonly alg: string;
  /** The ID of the key (RFC 7515 §4.1.4), if the token has one. */
  readonly kid?: string;
}

/**
 * Finds the key of a token; undefined if there is none. Rejects or throws if it could not be looked
 * up: the response is then 503. The functions that jose's `createRemoteJWKSet` returns are accepted.
 */
export type KeyFinder = (
  header: KeyHeader,
) => MaybePromise<KeyObject | webcrypto.CryptoKey | undefined>;

/** The settings of {@link createFoundKeys}. */
export interface FoundKeysSettings {
  /** The time limit of a call, in milliseconds. */
  readonly timeoutMs: number;
  /** Called for each failed call. */
  readonly onOutage: (outage: Outage) => void;
}

type Found = readonly VerificationKey[] | KeyRefusal;

/** The codes of jose that refuse a token, and are no failure. */
const REFUSALS = new Map<string | undefined, KeyRefusal>([
  ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_TOKEN_KEY'],
  ['ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_TOKEN_KEY'],
  ['ERR_JOSE_NOT_SUPPORTED', 'ERR_TOKEN_ALGORITHM'],
]);

/** Creates the keys that a function finds. It is called for every token, even a cached one. */
export function createFoundKeys(
  finder: KeyFinder,
  { timeoutMs, onOutage }: FoundKeysSettings,
): VerificationKeys {
  const prepare = createPreparation();
  const late = `keys() did not settle within ${String(timeoutMs)} ms.`;

  function fail(cause: unknown): Found {
    const refusal = REFUSALS.get(codeOf(cause));
    if (refusal !== undefined) return refusal;
    onOutage({ source: 'keys', cause, clientId: undefined });
    throw cause;
  }
  async function settle(found: Promise<unknown>, alg: Algorithm): Promise<Found> {
    try {
      return prepare(await withTimeout(found, timeoutMs, late), alg);
    } catch (cause) {
      return fail(cause);
    }
  }
  return {
    isFixed: false,
    find: (kid, name) => {
      const alg = algorithmNamed(name);
      if (alg === undefined) return 'ERR_TOKEN_ALGORITHM';
      try {
        const found = finder({ alg: name, ...(kid !== undefined && { kid }) });
        return isPromise(found) ? settle(found, alg) : prepare(found, alg);
      } catch (cause) {
        // As a rejection, because the key could not be looked up in either case.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it was thrown
        return settle(Promise.reject(cause), alg);
      }
    },
  };
}

/** Creates the function that checks a key. Each key is checked once, because that is slow. */
function createPreparation(): (key: unknown, alg: Algorithm) => Found {
  const prepared = new WeakMap<object, VerificationKey>();
  return (key, alg) => {
    if (key === undefined || key === null) return 'ERR_TOKEN_KEY';
    const must = 'a KeyObject, a CryptoKey or undefined';
    assertThat(types.isKeyObject(key) || types.isCryptoKey(key), 'The result of keys()', must, key);
    const known = prepared.get(key);
    if (known?.alg === alg) return [known];
    const isForIt = types.isKeyObject(key) || mayVerify(key, alg);
    const keyObject = types.isKeyObject(key) ? key : KeyObject.from(key);
    if (!isForIt || !algorithmsOf(keyObject).includes(alg)) return 'ERR_TOKEN_ALGORITHM';
    const parsed = parseKey({ key: keyObject, alg }, 'The result of keys()');
    prepared.set(key, parsed);
    return [parsed];
  };
}

/** The algorithms of Web Cryptography, by the beginning of the JWT algorithms that they are. */
const WEB_NAMES: Readonly<Record<string, string>> = {
  HS: 'HMAC',
  RS: 'RSASSA-PKCS1-v1_5',
  PS: 'RSA-PSS',
  ES: 'ECDSA',
  Ed: 'Ed25519',
};

/** Checks whether a CryptoKey was created to verify signatures of this algorithm. */
function mayVerify({ algorithm, usages }: webcrypto.CryptoKey, alg: Algorithm): boolean {
  const { name, hash } = algorithm as { name: string; hash?: { name: string } };
  const hasHash = hash === undefined || hash.name === `SHA-${alg.slice(2)}`;
  return usages.includes('verify') && name === WEB_NAMES[alg.slice(0, 2)] && hasHash;
}
