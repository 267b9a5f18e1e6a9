import type { MaybePromise } from '../internal/maybe-promise';

/**
 * A store of revoked tokens, by their `jti`. It never uses their text, because a lenient decoder
 * may accept another spelling of the same token.
 */
export interface RevocationStore {
  /** Checks whether a token is revoked. Rejects or throws if that could not be checked. */
  isRevoked(jti: string): MaybePromise<boolean>;
  /**
   * Revokes a token; the store may forget it from `expiresAt` on. Rejects or throws if the token
   * could not be stored.
   */
  revoke(jti: string, expiresAt: Date): MaybePromise<void>;
}
