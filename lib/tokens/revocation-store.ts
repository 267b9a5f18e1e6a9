import type { MaybePromise } from '../internal/maybe-promise';

/**
 * Where revoked tokens are kept, by their `jti`: never by their text, which a lenient decoder might
 * know by another one.
 */
export interface RevocationStore {
  /** Whether this token is revoked. Rejects or throws if it could not tell. */
  isRevoked(jti: string): MaybePromise<boolean>;
  /**
   * Revokes this token; from `expiresAt` on it may be forgotten. Rejects or throws if it could not
   * be kept.
   */
  revoke(jti: string, expiresAt: Date): MaybePromise<void>;
}
