import type { Outage } from '../events';
import type { MaybePromise } from '../internal/maybe-promise';
import { withTimeout } from '../internal/timeout';
import { algorithmNamed, rowOf, type Algorithm } from './algorithms';
import { parsePublicJwk } from './jwk';
import type { KeyRefusal, VerificationKeys } from './key-ring';
import type { VerificationKey } from './parse-key';

/** The settings of {@link createRemoteKeys}. */
export interface RemoteKeysSettings {
  /** Loads the JWKs of the issuer. Rejects if that fails. */
  readonly load: () => Promise<readonly unknown[]>;
  /** How long keys are used after they should have been loaded again, in seconds. */
  readonly maxStaleSeconds: number;
  /** The time in milliseconds since 1970. */
  readonly clock: () => number;
  /** Called each time that loading fails. */
  readonly onOutage: (outage: Outage) => void;
}

type Found = readonly VerificationKey[] | KeyRefusal;

/** A key set, by algorithm and `kid`. */
interface KeySet {
  readonly find: (kid: string | undefined, alg: Algorithm) => Found;
  readonly loadedAtMs: number;
}

/** How long a key set is used without loading it again. */
const FRESH_MS = 600_000;
/** The least time between two attempts, so that made-up IDs of keys cause few requests. */
const COOLDOWN_MS = 30_000;
/** The time limit of an attempt, whatever `fetch` does: the metadata of two kinds, and the keys. */
const LOAD_TIMEOUT_MS = 15_000;
const LATE = `The keys were not loaded within ${String(LOAD_TIMEOUT_MS)} ms.`;

/**
 * Creates keys that are loaded from their issuer: when the first token comes, when they are ten
 * minutes old, and when a token names an unknown key. One attempt is in flight, and two are at least
 * 30 seconds apart. While the issuer is unavailable, the last keys are used, for `maxStaleSeconds`
 * after their ten minutes. Without usable keys, `find` rejects.
 */
export function createRemoteKeys(settings: RemoteKeysSettings): VerificationKeys {
  return new RemoteKeys(settings);
}

class RemoteKeys implements VerificationKeys {
  readonly isFixed = false;
  readonly #settings: RemoteKeysSettings;
  #set: KeySet | undefined;
  #flight: Promise<void> | undefined;
  #attemptedAtMs = -Infinity;
  /** The cause, if the last attempt has failed. */
  #failure: { readonly cause: unknown } | undefined;

  constructor(settings: RemoteKeysSettings) {
    this.#settings = settings;
  }

  find(kid: string | undefined, name: string): MaybePromise<Found> {
    const alg = algorithmNamed(name);
    if (alg === undefined || rowOf(alg).keyTypes.includes('secret')) return 'ERR_TOKEN_ALGORITHM';
    const set = this.#set;
    const longestMs = FRESH_MS + this.#settings.maxStaleSeconds * 1000;
    if (set === undefined || !this.#isWithin(set.loadedAtMs, longestMs))
      return this.#findAgain(kid, alg);
    const found = set.find(kid, alg);
    if (typeof found === 'string') return this.#findAgain(kid, alg);
    // In the background, because this token need not wait.
    if (!this.#isWithin(set.loadedAtMs, FRESH_MS) && !this.#isCoolingDown())
      this.#refresh().catch(() => undefined);
    return found;
  }

  /** Finds keys after an attempt to load them, unless there has just been one. */
  async #findAgain(kid: string | undefined, alg: Algorithm): Promise<Found> {
    if (this.#flight !== undefined || !this.#isCoolingDown()) await this.#refresh();
    // The key of the token may be one that could not be loaded, so this is no refusal.
    if (this.#failure !== undefined || this.#set === undefined) throw this.#failure?.cause;
    return this.#set.find(kid, alg);
  }

  #refresh(): Promise<void> {
    this.#flight ??= this.#load().finally(() => (this.#flight = undefined));
    return this.#flight;
  }

  async #load(): Promise<void> {
    const loadedAtMs = this.#settings.clock();
    this.#attemptedAtMs = loadedAtMs;
    try {
      const jwks = await withTimeout(this.#settings.load(), LOAD_TIMEOUT_MS, LATE);
      this.#set = { find: createKeyIndex(jwks), loadedAtMs };
      this.#failure = undefined;
    } catch (cause) {
      this.#failure = { cause };
      this.#settings.onOutage({ source: 'keys', cause, clientId: undefined });
      throw cause;
    }
  }

  #isCoolingDown(): boolean {
    return this.#isWithin(this.#attemptedAtMs, COOLDOWN_MS);
  }

  /** Checks the start too, because the clock of a machine may be set back. */
  #isWithin(sinceMs: number, ms: number): boolean {
    const age = this.#settings.clock() - sinceMs;
    return age >= 0 && age < ms;
  }
}

/** Indexes the usable keys. */
function createKeyIndex(jwks: readonly unknown[]): KeySet['find'] {
  const index = new Map<string, VerificationKey[]>();
  const add = (name: string, key: VerificationKey): void => {
    index.set(name, [...(index.get(name) ?? []), key]);
  };
  for (const key of jwks.flatMap(parsePublicJwk)) {
    add(key.alg, key);
    if (key.kid !== undefined) add(`${key.alg} ${key.kid}`, key);
  }
  return (kid, alg) => {
    const found = index.get(kid === undefined ? alg : `${alg} ${kid}`);
    // Several are ambiguous, and trying them all would be work for whoever sends the token.
    return found?.length === 1 ? found : 'ERR_TOKEN_KEY';
  };
}
