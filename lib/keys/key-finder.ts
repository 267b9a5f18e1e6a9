import { KeyObject, type webcrypto } from 'node:crypto';
import { types } from 'node:util';

import type { Outage } from '../events';
import { assertThat } from '../internal/assert';
import { codeOf } from '../internal/errors';
import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import { withTimeout } from '../internal/timeout';
import { algorithmNamed, algorithmsOf } from './algorithms';
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

/** What jose rejects with if a key set has no key, or several, for a header. */
const NO_KEY_CODES = ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS'];

type Found = readonly VerificationKey[] | KeyRefusal;

/** The settings of {@link createFoundKeys}. */
export interface FoundKeysSettings {
  /** The time limit of a call, in milliseconds. */
  readonly timeoutMs: number;
  /** Called for each failed call. */
  readonly onOutage: (outage: Outage) => void;
}

/** Creates the keys that a function finds. It is called for every token, even a cached one. */
export function createFoundKeys(
  finder: KeyFinder,
  { timeoutMs, onOutage }: FoundKeysSettings,
): VerificationKeys {
  // Checking a key takes longer than verifying with it.
  const prepared = new WeakMap<object, VerificationKey>();
  const late = `keys() did not settle within ${String(timeoutMs)} ms.`;

  function prepare(key: unknown, name: string): Found {
    if (key === undefined || key === null) return 'ERR_TOKEN_KEY';
    const must = 'a KeyObject, a CryptoKey or undefined';
    assertThat(types.isKeyObject(key) || types.isCryptoKey(key), 'The result of keys()', must, key);
    const known = prepared.get(key);
    if (known !== undefined && known.alg === algorithmNamed(name)) return [known];
    const keyObject = types.isKeyObject(key) ? key : KeyObject.from(key);
    const alg = algorithmsOf(keyObject).find((each) => each === algorithmNamed(name));
    if (alg === undefined) return 'ERR_TOKEN_ALGORITHM';
    const parsed = parseKey({ key: keyObject, alg }, 'The result of keys()');
    prepared.set(key, parsed);
    return [parsed];
  }

  return {
    isFixed: false,
    find: (kid, alg) => {
      if (algorithmNamed(alg) === undefined) return 'ERR_TOKEN_ALGORITHM';
      const found = attempt(() => finder({ alg, ...(kid !== undefined && { kid }) }));
      if (!isPromise(found)) return prepare(found, alg);
      return withTimeout(found, timeoutMs, late).then(
        (key) => prepare(key, alg),
        (cause: unknown): Found => {
          if (NO_KEY_CODES.includes(codeOf(cause) ?? '')) return 'ERR_TOKEN_KEY';
          onOutage({ source: 'keys', cause, clientId: undefined });
          throw cause;
        },
      );
    },
  };
}

/** Turns an exception into a rejection, because both mean that the key could not be looked up. */
function attempt<T>(find: () => MaybePromise<T>): MaybePromise<T> {
  try {
    return find();
  } catch (cause) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it was thrown
    return Promise.reject(cause);
  }
}
