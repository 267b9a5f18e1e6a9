/** Keys that are not given at start. `choose-keys.ts` loads this file if a guard needs it. */
import type { Outage } from '../events';
import type { Fetch } from '../guarding/fetch-object';
import { createKeySetLoader } from '../guarding/remote-issuer';
import type { VerificationKeys } from '../keys/key-ring';
import { createRemoteKeys } from '../keys/remote-keys';

export { createFoundKeys } from '../keys/key-finder';

/** The settings of {@link createFetchedKeys}. */
export interface FetchedKeysSettings {
  readonly issuer: string;
  readonly jwksUri: string | undefined;
  readonly fetch: Fetch | undefined;
  readonly maxStaleSeconds: number;
  readonly clock: () => number;
  readonly onOutage: (outage: Outage) => void;
}

/** Creates the keys that an issuer publishes. They are fetched when they are needed. */
export function createFetchedKeys(settings: FetchedKeysSettings): VerificationKeys {
  return createRemoteKeys({ ...settings, load: createKeySetLoader(settings) });
}
