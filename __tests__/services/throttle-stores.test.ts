import { PostgresStore } from '@acpr/rate-limit-postgresql';
import type { ThrottleStore } from 'express-client-jwt';
import Memcached from 'memcached';
import { Pool } from 'pg';
import { MemcachedStore } from 'rate-limit-memcached';

import { expectNoToken, getToken, testApp } from '../support/app';
import { until } from '../support/replica';
import {
  createMemcached,
  createPostgres,
  describeWithServers,
  type TestServer,
} from '../support/servers';

describeWithServers('a store of express-rate-limit that has no get', () => {
  let memcached: TestServer;
  let postgres: TestServer;
  beforeAll(async () => {
    [memcached, postgres] = await Promise.all([createMemcached(), createPostgres()]);
    await Promise.all([memcached.start(), postgres.start()]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([memcached.remove(), postgres.remove()]);
  });

  /** It makes its functions without saying when they are there. */
  async function createPostgresStore(): Promise<PostgresStore> {
    const store = new PostgresStore({ connectionString: postgres.url }, 'tests');
    const query = "SELECT name FROM migrations WHERE name = 'move-session-to-db-ind'";
    const pool = new Pool({ connectionString: postgres.url });
    const isThere = () =>
      pool.query(query).then(
        ({ rowCount }) => rowCount === 1,
        () => false,
      );
    expect(await until(true, isThere)).toBe(true);
    await pool.end();
    return store;
  }

  test('rate-limit-memcached counts failures, and lets right secrets in', async () => {
    const client = new Memcached(memcached.url);
    await expectToCount(new MemcachedStore({ client }));
    client.end();
  });

  test('@acpr/rate-limit-postgresql counts failures, and lets right secrets in', async () => {
    const store = await createPostgresStore();
    await expectToCount(store);
    await (store.pool as Pool).end();
  });

  async function expectToCount(store: ThrottleStore): Promise<void> {
    expect(store.get).toBeUndefined();
    const app = testApp({ throttle: { failures: 3, windowSeconds: 60, store } });
    const statusOf = async (secret?: string) => (await getToken(app, 'reports', secret)).status;
    expect([await statusOf('wrong-1'), await statusOf('wrong-2')]).toEqual([403, 403]);
    expect(await Promise.all(Array.from({ length: 10 }, () => statusOf()))).toEqual(
      Array(10).fill(200),
    );
    expect(await statusOf('wrong-3')).toBe(403);
    const res = await getToken(app);
    expectNoToken(res, 429, 'too_many_requests');
    expect(Number(res.headers['retry-after'])).toBeGreaterThan(50);
    expect((await getToken(app, 'other', 'wrong')).status).toBe(403);
  }
});
