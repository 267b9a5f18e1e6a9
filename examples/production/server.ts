/**
 * The API as it runs in production, in as many processes as you like: clients in PostgreSQL, revocations and counts of
 * failures in Redis, ES256 or RS256 keys from a folder, pino logs, Prometheus metrics. SIGHUP reads the keys again, SIGTERM
 * stops in order. `/health` says that the process runs, `/ready` that its database and Redis respond. `settings.ts` lists the environment variables.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import type { Express } from 'express';
import type { JwtAuth, JwtAuthEvent } from 'express-client-jwt';
import { Pool } from 'pg';
import { pino } from 'pino';
import { createClient } from 'redis';

import { readKeys } from '../recipes/rotate-keys';
import { createApp, createMetricsApp } from './app';
import { createAuth } from './auth';
import { measure } from './metrics';
import { readSettings } from './settings';

const logger = pino();

main().catch((error: unknown) => {
  // Not the error as it is: a driver may keep the URL in it, with its password.
  logger.fatal({ reason: error instanceof Error ? error.message : 'unknown' }, 'could not start');
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const pool = new Pool({
    connectionString: settings.databaseUrl,
    connectionTimeoutMillis: 2000,
    query_timeout: 4000,
  });
  // Of connections that nobody is using: the next question makes a new one.
  pool.on('error', (error) => {
    logger.warn({ reason: error.message }, 'database connection lost');
  });
  // Without its queue, a question fails at once while Redis is away, instead of waiting for it.
  const redis = createClient({
    url: settings.redisUrl,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: (attempts) => Math.min(100 * 2 ** attempts, 2000) },
  });
  redis.on('error', (error: Error) => {
    logger.warn({ reason: error.message }, 'redis connection lost');
  });
  await redis.connect();

  const auth = createAuth(settings, pool, (...args) => redis.sendCommand(args), onEvent);
  const isReady = onceASecond(() => Promise.all([pool.query('SELECT 1'), redis.ping()]));
  process.on('SIGHUP', () => {
    reloadKeys(auth, settings.keysFolder);
  });
  const servers = await Promise.all([
    listen(
      createApp(auth, { trustProxy: settings.trustProxy, isReady, logger }),
      settings.port,
      settings.host,
      'api',
    ),
    listen(createMetricsApp(), settings.metricsPort, '127.0.0.1', 'metrics'),
  ]);
  onceStopped(servers, async () => {
    await auth.close();
    await pool.end();
    await redis.close();
  });
}

function onEvent(event: JwtAuthEvent): void {
  measure(event);
  if (event.type === 'outage')
    logger.error({ event: { ...event, cause: undefined }, err: event.cause }, event.type);
  else logger.info({ event }, event.type);
}

/** One check a second however many ask, and no check takes longer. */
function onceASecond(check: () => Promise<unknown>): () => Promise<boolean> {
  let checkedAtMs = -Infinity;
  let result = Promise.resolve(false);
  return () => {
    if (Date.now() < checkedAtMs + 1000) return result;
    checkedAtMs = Date.now();
    const isGood = check().then(
      () => true,
      () => false,
    );
    result = Promise.race([isGood, delay(1000, false, { ref: false })]);
    return result;
  };
}

function listen(app: Express, port: number, host: string, name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(app);
    server.once('error', reject);
    server.listen(port, host, () => {
      logger.info({ name, port: (server.address() as AddressInfo).port }, 'listening');
      resolve(server);
    });
  });
}

/** A key that is not good changes nothing. */
function reloadKeys(auth: JwtAuth, folder: string): void {
  try {
    const keys = readKeys(folder);
    auth.replaceKeys(keys);
    logger.info({ kids: keys.map(({ kid }) => kid) }, 'keys read again');
  } catch (error) {
    logger.error({ reason: (error as Error).message }, 'the keys stay as they were');
  }
}

/** No new connections; requests under way are answered; then everything is let go of. */
function onceStopped(servers: readonly Server[], release: () => Promise<void>): void {
  const stop = (): void => {
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const server of servers) server.closeIdleConnections();
    void Promise.all(closed).then(release);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
