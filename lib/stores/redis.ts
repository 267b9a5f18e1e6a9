import { callback, clock, required, resolveOptions, text, type Option } from '../internal/options';
import type { RevocationStore } from '../tokens/revocation-store';

/** The options of {@link redisRevocations}. */
export interface RedisRevocationsOptions {
  /**
   * Sends one command and resolves to its reply: `(...args) => client.sendCommand(args)` for redis,
   * `(command, ...args) => client.call(command, ...args)` for ioredis.
   */
  readonly sendCommand: (...args: string[]) => Promise<unknown>;
  /** What the keys begin with. Default: `jwt:revoked:`. */
  readonly prefix?: string | undefined;
  /** The time in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** One row per option of `redisRevocations`. */
export const REDIS_REVOCATIONS_OPTIONS = {
  sendCommand: required(callback<RedisRevocationsOptions['sendCommand'] | undefined>(undefined)),
  prefix: text('jwt:revoked:', 'a text', () => true),
  clock,
} satisfies Record<keyof RedisRevocationsOptions, Option<unknown>>;

/**
 * Creates a store of revoked tokens in Redis, for all processes of an app. Each token is one key,
 * named by its `jti`, which goes when the token expires.
 *
 * @throws TypeError if an option is malformed.
 */
export function redisRevocations(options: RedisRevocationsOptions): RevocationStore {
  const settings = resolveOptions(options, 'redisRevocations', REDIS_REVOCATIONS_OPTIONS);
  const { sendCommand, prefix } = settings;
  return {
    isRevoked: async (jti) => {
      const reply = await sendCommand('EXISTS', prefix + jti);
      // A number, or its text: drivers differ. Anything else must not be read as "no".
      const count = String(reply);
      if (Array.isArray(reply) || (count !== '0' && count !== '1'))
        throw new TypeError('Redis answered EXISTS with neither 0 nor 1.');
      return count === '1';
    },
    revoke: async (jti, expiresAt) => {
      // The time that is left rather than the moment: the clock of Redis may differ.
      const leftMs = Math.ceil(expiresAt.getTime() - settings.clock());
      if (Number.isNaN(leftMs))
        throw new TypeError('redisRevocations: expiresAt is an invalid date.');
      if (leftMs <= 0) return;
      const reply = await sendCommand('SET', prefix + jti, '1', 'PX', String(leftMs));
      if (String(reply) !== 'OK') throw new TypeError('Redis did not answer SET with OK.');
    },
  };
}
