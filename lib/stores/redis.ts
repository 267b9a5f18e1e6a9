import { assertThat, functionOr, readOptions } from '../internal/assert';
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

/**
 * Revoked tokens in Redis, for all processes of an app: each is one key, by the token's `jti`, that goes when the token
 * expires.
 *
 * @throws TypeError where an option is malformed.
 */
export function redisRevocations(options: RedisRevocationsOptions): RevocationStore {
  const given = readOptions(options, 'redisRevocations', ['sendCommand', 'prefix', 'clock']);
  const { sendCommand, prefix = 'jwt:revoked:' } = given;
  assertThat(
    typeof sendCommand === 'function',
    'redisRevocations: sendCommand',
    'a function',
    sendCommand,
  );
  assertThat(typeof prefix === 'string', 'redisRevocations: prefix', 'a string', prefix);
  const clock = functionOr(Date.now, given.clock, 'redisRevocations: clock');

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
      const leftMs = Math.ceil(expiresAt.getTime() - clock());
      if (Number.isNaN(leftMs))
        throw new TypeError('redisRevocations: expiresAt is an invalid date.');
      if (leftMs <= 0) return;
      const reply = await sendCommand('SET', prefix + jti, '1', 'PX', String(leftMs));
      if (String(reply) !== 'OK') throw new TypeError('Redis did not answer SET with OK.');
    },
  };
}
