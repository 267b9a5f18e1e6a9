import { callback, clock, required, resolveOptions, text, type Option } from '../internal/options';
import type { RevocationStore } from '../tokens/revocation-store';
import { RedisWatch, type SendCommand } from './redis-watch';

/** The options of {@link redisRevocations}. */
export interface RedisRevocationsOptions {
  /**
   * Sends one command and resolves to its reply: `(...args) => client.sendCommand(args)` for redis,
   * `(command, ...args) => client.call(command, ...args)` for ioredis.
   */
  readonly sendCommand: SendCommand;
  /** The prefix of the keys. Default: `jwt:revoked:`. */
  readonly prefix?: string | undefined;
  /** The time in milliseconds since 1970, read on each use. Default: `Date.now()`. */
  readonly clock?: (() => number) | undefined;
}

/**
 * One row per option of `redisRevocations`.
 *
 * @internal
 */
export const REDIS_REVOCATIONS_OPTIONS = {
  sendCommand: required(callback<SendCommand | undefined>(undefined)),
  prefix: text('jwt:revoked:', 'a text', () => true),
  clock,
} satisfies Record<keyof RedisRevocationsOptions, Option<unknown>>;

/** The name of the count of all revocations, beside the `jti`s.
 *
 * @internal
 */
export const LOG = '(log)';

/**
 * Creates a store of revoked tokens in Redis, for all processes of an app. Each token is one key,
 * named by its `jti`, which expires with the token.
 *
 * Redis must keep its data: turn on its persistence and set `maxmemory-policy noeviction`. If Redis
 * has lost revocations, each process reports it once: as an outage, and as a process warning with
 * the code `EXPRESS_CLIENT_JWT_REDIS_LOST`. If Redis may evict keys, there is a process warning with
 * the code `EXPRESS_CLIENT_JWT_REDIS_EVICTS`.
 *
 * @throws TypeError if an option is malformed.
 *
 * @example
 * ```ts
 * const client = await createClient({ url: 'redis://localhost:6379' }).connect();
 * const revocations = redisRevocations({ sendCommand: (...args) => client.sendCommand(args) });
 * const auth = createJwtAuth({ keys, verifier, revocations });
 * ```
 */
export function redisRevocations(options: RedisRevocationsOptions): RevocationStore {
  const settings = resolveOptions(options, 'redisRevocations', REDIS_REVOCATIONS_OPTIONS);
  const { sendCommand, prefix } = settings;
  const watch = new RedisWatch(sendCommand, `${prefix}${LOG}`, settings.clock);
  return {
    isRevoked: async (jti) => {
      watch.look();
      const reply = await sendCommand('EXISTS', prefix + jti);
      // Drivers return a number or its text. Anything else must not count as "not revoked".
      const count = String(reply);
      if (Array.isArray(reply) || (count !== '0' && count !== '1'))
        throw new TypeError('Redis answered EXISTS with neither 0 nor 1.');
      if (count === '0') watch.throwIfLost();
      return count === '1';
    },
    revoke: async (jti, expiresAt) => {
      // A duration instead of a date, because the clock of Redis may differ.
      const leftMs = Math.ceil(expiresAt.getTime() - settings.clock());
      if (Number.isNaN(leftMs))
        throw new TypeError('redisRevocations: expiresAt is an invalid date.');
      if (leftMs <= 0) return;
      const reply = await sendCommand('SET', prefix + jti, '1', 'PX', String(leftMs));
      if (String(reply) !== 'OK') throw new TypeError('Redis did not answer SET with OK.');
      await watch.note();
    },
  };
}
