import { bcryptVerifier, createJwtAuth, type JwtAuth, type JwtAuthEvent } from 'express-client-jwt';
import { postgresStore, type Queryable } from 'express-client-jwt/stores/postgres';
import { redisRevocations } from 'express-client-jwt/stores/redis';
import { RedisStore, type RedisReply } from 'rate-limit-redis';

import { readKeys } from '../recipes/rotate-keys';
import type { Settings } from './settings';

export type SendCommand = (...args: string[]) => Promise<unknown>;

/** Clients in PostgreSQL; revoked tokens and counts of failures in Redis, so that all processes know of them. */
export function createAuth(
  settings: Settings,
  db: Queryable,
  sendCommand: SendCommand,
  onEvent: (event: JwtAuthEvent) => void,
): JwtAuth {
  return createJwtAuth({
    keys: readKeys(settings.keysFolder),
    verifier: bcryptVerifier(postgresStore(db)),
    issuer: settings.issuer,
    audience: settings.audience,
    clientCacheSeconds: settings.clientCacheSeconds,
    maxStaleSeconds: settings.maxStaleSeconds,
    verifierTimeoutMs: 5000,
    revocations: redisRevocations({ sendCommand }),
    throttle: {
      failures: 10,
      windowSeconds: 3600,
      store: new RedisStore({
        sendCommand: (...args) => sendCommand(...args) as Promise<RedisReply>,
      }),
    },
    onEvent,
  });
}
