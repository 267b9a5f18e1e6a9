import type { Outage } from '../events';
import { CheckError } from '../internal/assert';
import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import { createStoreCalls } from '../internal/store-calls';
import { withTimeout } from '../internal/timeout';
import type { JwtClaims } from '../tokens/claims';
import type { RevocationStore } from '../tokens/revocation-store';
import type { VerifiedJwt } from '../tokens/verified-jwt';

/** The settings of {@link createRevocations}. */
export interface RevocationSettings {
  readonly revocations: RevocationStore | undefined;
  readonly onRevocationOutage: 'refuse' | 'accept';
  readonly storeTimeoutMs: number;
  /** The time in milliseconds since 1970. */
  readonly clock: () => number;
  /** Called for each failed call to the store. */
  readonly onOutage: (outage: Outage) => void;
}

/**
 * Checks whether a token is revoked. Rejects or throws if that is unknown and the token must be
 * refused.
 */
export type RevocationCheck = (jwt: VerifiedJwt) => MaybePromise<boolean>;

/** The functions that check and revoke tokens. */
export interface Revocations {
  readonly isRevoked: RevocationCheck;
  /**
   * Revokes a token. Rejects with a TypeError if there is no store or the claims have no `jti` or
   * `exp`, and with what the store rejects with.
   */
  readonly revoke: (claims: Partial<Pick<JwtClaims, 'jti' | 'exp'>>) => Promise<void>;
}

/** Creates the revocations. The store is called on every request, even for a cached token. */
export function createRevocations(settings: RevocationSettings): Revocations {
  const { revocations: store, onRevocationOutage, storeTimeoutMs, onOutage } = settings;
  if (store === undefined) return { isRevoked: () => false, revoke: refuseWithoutStore };
  const { clock } = settings;
  const calls = createStoreCalls({
    timeoutMs: storeTimeoutMs,
    store: 'The revocation store',
    clock,
  });

  function fail(cause: unknown, clientId: string, isResting: boolean): boolean {
    if (!isResting) onOutage({ source: 'revocations', cause, clientId });
    if (onRevocationOutage === 'accept') return false;
    throw cause;
  }
  return {
    isRevoked: ({ clientId, claims: { jti } }) => {
      // A token without a jti cannot have been revoked.
      if (jti === undefined) return false;
      const isResting = calls.isResting();
      try {
        const result = calls.call(() => store.isRevoked(jti));
        if (!isPromise(result)) return checkResult(result);
        return result.then(checkResult).catch((cause: unknown) => fail(cause, clientId, false));
      } catch (cause) {
        return fail(cause, clientId, isResting);
      }
    },
    revoke: async ({ jti, exp }) => {
      if (typeof jti !== 'string' || !Number.isFinite(exp))
        throw new TypeError(
          'revokeToken: the token has no jti or no exp, so it cannot be revoked.',
        );
      // Bypasses `calls`, because a failed write must not stop the reads.
      const revoking = Promise.resolve(store.revoke(jti, new Date(Number(exp) * 1000)));
      const late = `The revocation store did not respond within ${String(storeTimeoutMs)} ms.`;
      await withTimeout(revoking, storeTimeoutMs, late);
    },
  };
}

function checkResult(result: unknown): boolean {
  if (typeof result !== 'boolean')
    throw new CheckError('The result of isRevoked() must be true or false.');
  return result;
}

function refuseWithoutStore(): Promise<never> {
  const remedy = 'Pass createJwtAuth({ revocations: memoryRevocations(), … })';
  return Promise.reject(new TypeError(`revokeToken: there is no revocation store. ${remedy}`));
}
