import type { Outage } from '../events';
import { isTrustedUrl, TRUSTED_URL } from '../internal/urls';
import type { KeyFinder } from '../keys/key-finder';
import { createVerificationKeys, type Keys, type VerificationKeys } from '../keys/key-ring';
import type * as fetchedKeys from './fetched-keys';
import type { GuardSettings } from './guard-options';

/** The context of {@link chooseKeys}. */
export interface KeyChoice {
  /** Whether the app has given `keys`, even if it is undefined. */
  readonly hasKeys: boolean;
  /** The factory that error messages name. */
  readonly owner: string;
  readonly onOutage: (outage: Outage) => void;
}

/**
 * Creates the keys of a guard: those of the option `keys`, or else those that the issuer publishes.
 *
 * @throws TypeError if a key is missing or malformed, or the options name no keys or two kinds.
 */
export function chooseKeys(
  settings: GuardSettings,
  { hasKeys, owner, onOutage }: KeyChoice,
): VerificationKeys {
  const { keys, issuer, jwksUri } = settings;
  if (hasKeys && jwksUri !== undefined)
    throw new TypeError(`${owner}: give keys or jwksUri, and not both.`);
  if (isFinder(keys)) {
    return loadFetched().createFoundKeys(keys, { timeoutMs: settings.storeTimeoutMs, onOutage });
  }
  if (hasKeys) return createVerificationKeys(keys, owner);
  if (issuer === undefined) {
    const missing = jwksUri === undefined ? 'there are no keys. Give keys, or' : 'jwksUri needs';
    throw new TypeError(`${owner}: ${missing} issuer, the iss of the tokens.`);
  }
  if (jwksUri === undefined && !isTrustedUrl(issuer))
    throw new TypeError(
      `${owner}: without keys or jwksUri, issuer must be ${TRUSTED_URL}; it is "${issuer}".`,
    );
  return loadFetched().createFetchedKeys({ ...settings, issuer, onOutage });
}

/** Loads what fetches keys. A guard with keys of its own does not need it. */
function loadFetched(): typeof fetchedKeys {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on demand
  return require('./fetched-keys') as typeof fetchedKeys;
}

function isFinder(keys: Keys | KeyFinder): keys is KeyFinder {
  return typeof keys === 'function';
}
