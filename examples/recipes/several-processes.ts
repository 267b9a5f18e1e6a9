import { createJwtAuth, type ClientVerifier } from 'express-client-jwt';
import { redisRevocations } from 'express-client-jwt/stores/redis';
import { RedisStore, type RedisReply } from 'rate-limit-redis';
import { createClient } from 'redis';

export async function sharedAuth(verifier: ClientVerifier) {
  // Without its queue, a question fails at once while Redis is away, instead of waiting for it.
  const redis = await createClient({ url: process.env.REDIS_URL ?? '', disableOfflineQueue: true })
    .on('error', console.error)
    .connect();
  return createJwtAuth({
    keys: process.env.JWT_SECRET,
    verifier,
    revocations: redisRevocations({ sendCommand: (...args) => redis.sendCommand(args) }),
    throttle: {
      failures: 10,
      windowSeconds: 3600,
      store: new RedisStore({ sendCommand: (...args) => redis.sendCommand<RedisReply>(args) }),
    },
  });
}
