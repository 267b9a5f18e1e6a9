import { bcryptVerifier } from 'express-client-jwt';
import { postgresSchema, postgresStore } from 'express-client-jwt/stores/postgres';
import { editableStoreContract } from 'express-client-jwt/testing';
import { Pool } from 'pg';

import { getToken, testApp } from '../support/app';
import { reports } from '../support/clients';
import { runContract } from '../support/contract';
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
