import type { MaybePromise } from '../internal/maybe-promise';
import { functionOr, integerOr, readOptions } from '../internal/assert';

/** Where revoked tokens are noted, by their `jti`: never by their text, which a lenient decoder might know by another one. */
export interface RevocationStore {
  /** Whether this token has been revoked. Rejects or throws where it could not tell. */
  isRevoked(jti: string): MaybePromise<boolean>;
  /** Notes that this token is revoked; from `expiresAt` on it may be forgotten. Rejects or throws where it could not be noted. */
  revoke(jti: string, expiresAt: Date): MaybePromise<void>;
}

/** The options of {@link memoryRevocations}. */
export interface MemoryRevocationsOptions {
  /** How many revoked tokens it holds until they expire, 1 to 10,000,000, at about 150 bytes each. Default: 100,000. */
  readonly max?: number | undefined;
  /** The time in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/**
 * Revoked tokens in the memory of this process, until they expire. Where it is full, `revoke` throws a RangeError: it
 * never forgets a revoked token to make room.
 *
 * @throws TypeError where an option is malformed.
 */
export function memoryRevocations(options: MemoryRevocationsOptions = {}): RevocationStore {
  const given = readOptions(options, 'memoryRevocations', ['max', 'clock']);
  const max = integerOr(100_000, given.max, 'memoryRevocations: max', 1, 10_000_000);
  const clock = functionOr(Date.now, given.clock, 'memoryRevocations: clock');
  const endsAtMs = new Map<string, number>();

  function forgetExpired(): void {
    for (const [jti, end] of endsAtMs) if (end <= clock()) endsAtMs.delete(jti);
  }
  return {
    isRevoked: (jti) => endsAtMs.has(jti),
    revoke: (jti, expiresAt) => {
      if (endsAtMs.size >= max && !endsAtMs.has(jti)) forgetExpired();
      if (endsAtMs.size >= max && !endsAtMs.has(jti))
        throw new RangeError(`memoryRevocations: ${String(max)} tokens are revoked already.`);
      endsAtMs.set(jti, expiresAt.getTime());
    },
  };
}
