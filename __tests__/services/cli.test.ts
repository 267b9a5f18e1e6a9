import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { redisRevocations } from 'express-client-jwt/stores/redis';
import { Client } from 'pg';
import { createClient } from 'redis';

import {
  createPostgres,
  createRedis,
  describeWithServers,
  type TestServer,
} from '../support/servers';

const MAIN = path.join(__dirname, '../../dist/cli/main.js');

describeWithServers('the command-line tool on PostgreSQL', () => {
  let server: TestServer;
  const cli = (...args: string[]) =>
    execFileSync(process.execPath, [MAIN, ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: 20_000,
    });
  const client = (...args: string[]) => cli('client', ...args, '--postgres', server.url, '--json');

  beforeAll(async () => {
    server = await createPostgres();
    await server.start();
  }, 60_000);
  afterAll(() => server.remove());

  test('says what is missing, makes the table, and keeps clients in it', async () => {
    expect(() => client('list')).toThrow('The table of the clients does not exist.');
    const db = new Client({ connectionString: server.url });
    await db.connect();
    await db.query(cli('postgres', 'schema'));
    await db.end();
    expect(
      JSON.parse(client('add', 'reports', '--scope', 'reports:read', '--cost', '4')),
    ).toMatchObject({ clientId: 'reports' });
    client('rotate', 'reports', '--cost', '4', '--retire-others', '7d');
    const shown = JSON.parse(client('show', 'reports')) as { secrets: unknown[] };
    expect(shown.secrets).toHaveLength(2);
    client('disable', 'reports');
    expect(JSON.parse(client('list'))).toMatchObject([{ clientId: 'reports', disabled: true }]);
    client('remove', 'reports');
    expect(JSON.parse(client('list'))).toEqual([]);
  });

  test('says in one line that the database is not there, without its user and password', () => {
    const url = 'postgres://admin:hunter2@127.0.0.1:1/clients';
    expect(() => cli('client', 'list', '--postgres', url)).toThrow(
      /The database at 127\.0\.0\.1:1 refused the connection \(ECONNREFUSED\)\.\n$/,
    );
    try {
      cli('client', 'list', '--postgres', url);
    } catch (error) {
      expect((error as { stderr: string }).stderr).not.toContain('hunter2');
    }
  });
});

describeWithServers('the command-line tool on Redis', () => {
  let server: TestServer;
  const revoke = (...args: string[]) =>
    execFileSync(process.execPath, [MAIN, 'token', 'revoke', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: 20_000,
    });

  beforeAll(async () => {
    server = await createRedis();
    await server.start();
  }, 60_000);
  afterAll(() => server.remove());

  test('revokes a token for all apps that ask this Redis', async () => {
    const redis = createClient({ url: server.url });
    await redis.connect();
    const store = redisRevocations({ sendCommand: (...args) => redis.sendCommand(args) });
    expect(await store.isRevoked('some-jti')).toBe(false);
    revoke('some-jti', '--redis', server.url);
    expect(await store.isRevoked('some-jti')).toBe(true);
    await redis.close();
  });

  test('says in one line that Redis is not there, without its password', () => {
    const act = () => revoke('some-jti', '--redis', 'redis://:hunter2@127.0.0.1:1');
    expect(act).toThrow(/The Redis at 127\.0\.0\.1:1 refused the connection \(ECONNREFUSED\)\.\n$/);
    try {
      act();
    } catch (error) {
      expect((error as { stderr: string }).stderr).not.toContain('hunter2');
    }
  });
});
