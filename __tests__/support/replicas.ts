import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { ClientRecord } from 'express-client-jwt';
import { postgresSchema, postgresStore } from 'express-client-jwt/stores/postgres';
import { Pool } from 'pg';

import { reports } from './clients';
import { startReplica, stopReplicas, type Replica } from './replica';
import { createPostgres, createRedis, describeWithServers, type TestServer } from './servers';

/** The environment that the processes share. */
export interface Shared {
  readonly postgres: TestServer;
  readonly redis: TestServer;
  /** The folder of the keys `old` and `new`. */
  readonly folder: string;
  /** Sets the keys to use from the next start or SIGHUP on. */
  order(...kids: string[]): void;
  /** Changes the client. */
  change(changes: Partial<ClientRecord>): Promise<unknown>;
  startReplica(settings?: Readonly<Record<string, string>>): Promise<Replica>;
}

/** Tests several processes of the production example with one PostgreSQL and one Redis. */
export function describeReplicas(title: string, tests: (shared: () => Shared) => void): void {
  let shared: Shared;
  let pool: Pool;

  describeWithServers(title, () => {
    beforeAll(async () => {
      const [postgres, redis] = await Promise.all([createPostgres(), createRedis()]);
      await Promise.all([postgres.start(), redis.start()]);
      pool = new Pool({ connectionString: postgres.url });
      pool.on('error', () => undefined);
      await pool.query(postgresSchema());
      shared = share(postgres, redis, pool);
    }, 60_000);
    afterEach(async () => {
      await stopReplicas();
      await Promise.all([shared.postgres.start(), shared.redis.start()]);
    });
    afterAll(async () => {
      await pool.end();
      await Promise.all([shared.postgres.remove(), shared.redis.remove()]);
      rmSync(shared.folder, { recursive: true });
    });
    beforeEach(async () => {
      await postgresStore(pool).update('reports', () => reports());
      shared.order('old');
    });
    tests(() => shared);
  });
}

function share(postgres: TestServer, redis: TestServer, pool: Pool): Shared {
  const folder = mkdtempSync(path.join(tmpdir(), 'keys-'));
  const store = postgresStore(pool);
  for (const name of ['old', 'new']) writeKey(path.join(folder, `${name}.pem`));
  return {
    postgres,
    redis,
    folder,
    order: (...kids) => {
      writeFileSync(path.join(folder, 'order'), kids.join('\n'));
    },
    change: (changes) =>
      store.update('reports', (record) => ({ ...(record ?? reports()), ...changes })),
    startReplica: (settings = {}) =>
      startReplica({
        DATABASE_URL: postgres.url,
        REDIS_URL: redis.url,
        JWT_KEYS_FOLDER: folder,
        ...settings,
      }),
  };
}

function writeKey(file: string): void {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
}
