import { bcryptVerifier } from 'express-client-jwt';
import { clientAdmin } from 'express-client-jwt/admin';
import { postgresSchema, postgresStore } from 'express-client-jwt/stores/postgres';
import { editableStoreContract } from 'express-client-jwt/testing';
import { Pool } from 'pg';

import { createStore } from '../../examples/recipes/editable-store';
import { getToken, recorder, testApp } from '../support/app';
import { HASH, reports } from '../support/clients';
import { refusesMalformedLimits, runContract } from '../support/contract';
import { createPostgres, describeWithServers, type TestServer } from '../support/servers';

describeWithServers('the PostgreSQL store', () => {
  let server: TestServer;
  let pool: Pool;

  beforeAll(async () => {
    server = await createPostgres();
    await server.start();
    pool = new Pool({ connectionString: server.url });
    pool.on('error', () => undefined);
    await pool.query(postgresSchema());
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await server.remove();
  });

  const openEmpty = async () => {
    await pool.query('TRUNCATE api_clients');
    return { store: postgresStore(pool), other: postgresStore(pool) };
  };
  runContract(editableStoreContract(openEmpty));
  refusesMalformedLimits(openEmpty);

  describe('the recipe for a table of your own', () => {
    beforeAll(async () => {
      await pool.query(
        'CREATE TABLE clients (client_id text COLLATE "C" PRIMARY KEY, record jsonb)',
      );
    });
    const openRecipe = async () => {
      await pool.query('TRUNCATE clients');
      return { store: createStore(pool), other: createStore(pool) };
    };
    runContract(editableStoreContract(openRecipe));
  });

  test('has a schema that can be applied again, and can be put in another table', async () => {
    await pool.query(postgresSchema());
    await pool.query('CREATE SCHEMA auth');
    await pool.query(postgresSchema({ table: 'auth.Clients' }));
    const store = postgresStore(pool, { table: 'auth.Clients' });
    await store.update('reports', () => reports());
    expect((await pool.query('SELECT client_id, version FROM auth."Clients"')).rows).toEqual([
      { client_id: 'reports', version: 1 },
    ]);
  });

  test('two processes note the last use of a secret, once an hour each', async () => {
    await pool.query('TRUNCATE api_clients, api_clients_uses');
    await postgresStore(pool).update('reports', () =>
      reports({ secrets: [{ hash: HASH, label: 'a' }] }),
    );
    const statements: string[] = [];
    let now = Date.parse('2026-03-01T12:00:00Z');
    const apps = [1, 2].map(() => {
      const db = {
        query: (text: string, values: unknown[]) => {
          if (/^INSERT|^UPDATE/.test(text)) statements.push(text);
          return pool.query(text, values);
        },
      };
      return testApp({ verifier: bcryptVerifier(postgresStore(db)), clock: () => now });
    });
    const logIn = async () => {
      for (const app of [...apps, ...apps]) expect((await getToken(app)).status).toBe(200);
    };
    const lastUse = async () => (await postgresStore(pool).findUses?.(['reports']))?.[0];
    await logIn();
    while (statements.length < 2 || (await lastUse()) === undefined) continue;
    now += 3_600_000;
    await logIn();
    while (statements.length < 4) await new Promise((resolve) => setImmediate(resolve));
    while ((await lastUse())?.at.getTime() !== now) continue;
    expect(statements).toHaveLength(4);
    expect(await lastUse()).toEqual({ clientId: 'reports', label: 'a', at: new Date(now) });
  });

  test('a database without the table of uses authenticates clients, and reports an outage', async () => {
    await pool.query('TRUNCATE api_clients');
    await pool.query('ALTER TABLE api_clients_uses RENAME TO elsewhere');
    try {
      const store = postgresStore(pool);
      await store.update('reports', () => reports());
      const { events, onEvent } = recorder();
      const app = testApp({ verifier: bcryptVerifier(store), onEvent });
      expect((await getToken(app)).status).toBe(200);
      while (events.length < 2) await new Promise((resolve) => setImmediate(resolve));
      expect(events[1]).toMatchObject({ type: 'outage', source: 'uses' });
      const { secrets } = await clientAdmin(store).show('reports');
      expect(secrets[0]).not.toHaveProperty('lastUsedAt');
      await clientAdmin(store).remove('reports');
    } finally {
      await pool.query('ALTER TABLE elsewhere RENAME TO api_clients_uses');
    }
  });

  test('asks one question of the primary key', async () => {
    await pool.query('TRUNCATE api_clients');
    await pool.query(
      `INSERT INTO api_clients (client_id, secrets) SELECT 'client-' || n, '[]' FROM generate_series(1, 5000) n; ANALYZE api_clients`,
    );
    const asked: string[] = [];
    const db = {
      query: (text: string, values: unknown[]) => {
        asked.push(text);
        return pool.query(text, values);
      },
    };
    expect((await postgresStore(db).find('client-77'))?.clientId).toBe('client-77');
    expect(asked).toHaveLength(1);
    const plan = await pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN ${String(asked[0]).replace('$1', `'client-77'`)}`,
    );
    expect(plan.rows[0]?.['QUERY PLAN']).toContain('Index Scan using api_clients_pkey');
  });

  test.each([
    [`INSERT INTO api_clients (client_id, secrets) VALUES ('a b', '[]')`],
    [`INSERT INTO api_clients (client_id, secrets) VALUES ('a', '{}')`],
    [`INSERT INTO api_clients (client_id, secrets, claims) VALUES ('a', '[]', '[]')`],
    [`INSERT INTO api_clients (client_id, secrets, expires_in_seconds) VALUES ('a', '[]', 0)`],
    [`INSERT INTO api_clients (client_id, secrets, tokens_valid_after) VALUES ('a', '[]', 'soon')`],
  ])('has a table that refuses what is no client: %s', async (statement) => {
    await expect(pool.query(statement)).rejects.toThrow();
  });

  test('that is down is a failure, never a refusal, and one that is back serves at once', async () => {
    const own = new Pool({ connectionString: server.url });
    own.on('error', () => undefined);
    const store = postgresStore(own);
    await store.update('reports', () => reports());
    const app = testApp({ verifier: bcryptVerifier(store) });
    expect((await getToken(app)).status).toBe(200);
    await server.stop();
    expect((await getToken(app)).status).toBe(500);
    await server.start();
    expect((await getToken(app)).status).toBe(200);
    await own.end();
  });
});

describe('the PostgreSQL store takes', () => {
  test.each(['', 'a b', 'a;b', 'a.b.c', '"a"', '1a', 7])('no table by the name %j', (table) => {
    expect(() => postgresSchema({ table: table as string })).toThrow(
      'postgresSchema: table must be the plain name of a table',
    );
  });

  test('no database without a query function, and no other option', () => {
    expect(() => postgresStore({} as never)).toThrow(
      'postgresStore: db must be a Pool or Client of pg, or { query }; it is an object.',
    );
    expect(() =>
      postgresStore({ query: () => Promise.reject(new Error('x')) }, { tabel: 'x' } as never),
    ).toThrow('postgresStore: there is no option "tabel".');
  });

  test('no end of changes by others', async () => {
    const row = { client_id: 'reports', secrets: [], scopes: [], version: 1 };
    const db = {
      query: (text: string) => Promise.resolve({ rows: text.startsWith('SELECT') ? [row] : [] }),
    };
    await expect(postgresStore(db).update('reports', (record) => record)).rejects.toThrow(
      'there are too many concurrent changes to this client',
    );
  });
});
