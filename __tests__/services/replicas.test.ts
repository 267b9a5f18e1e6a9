import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { ClientRecord } from 'express-client-jwt';
import {
  postgresSchema,
  postgresStore,
  type EditableClientStore,
} from 'express-client-jwt/stores/postgres';
import { Pool } from 'pg';

import { HASH, OTHER_HASH, OTHER_SECRET, reports } from '../support/clients';
import {
  ask,
  call,
  logged,
  startReplica as start,
  stopReplica,
  stopReplicas,
  until,
  type Replica,
} from '../support/replica';
import {
  createPostgres,
  createRedis,
  describeWithServers,
  type TestServer,
} from '../support/servers';

let postgres: TestServer;
let redis: TestServer;
let pool: Pool;
let store: EditableClientStore;
let folder: string;
let keyFile: string;

const startReplica = (settings: Readonly<Record<string, string>> = {}): Promise<Replica> =>
  start({ DATABASE_URL: postgres.url, REDIS_URL: redis.url, JWT_KEY_FILES: keyFile, ...settings });

function newKey(name: string): string {
  const file = path.join(folder, `${name}.pem`);
  writeFileSync(
    file,
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }),
  );
  return file;
}

const change = (changes: Partial<ClientRecord>) =>
  store.update('reports', (record) => ({ ...(record ?? reports()), ...changes }));

describeWithServers('two processes on one PostgreSQL and one Redis', () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'keys-'));
    keyFile = newKey('first');
    [postgres, redis] = await Promise.all([createPostgres(), createRedis()]);
    await Promise.all([postgres.start(), redis.start()]);
    pool = new Pool({ connectionString: postgres.url });
    pool.on('error', () => undefined);
    await pool.query(postgresSchema());
    store = postgresStore(pool);
  }, 60_000);
  afterEach(async () => {
    await stopReplicas();
    await Promise.all([postgres.start(), redis.start()]);
  });
  afterAll(async () => {
    await pool.end();
    await Promise.all([postgres.remove(), redis.remove()]);
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    await store.update('reports', () => reports());
  });

  test('honour each other’s tokens, and refuse what one of them has revoked, at once', async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    const { authorization } = await ask(first);
    expect([await call(first, authorization), await call(second, authorization)]).toEqual([
      200, 200,
    ]);
    expect(await call(second, authorization, 'DELETE', '/auth/jwt/current')).toBe(204);
    expect([await call(first, authorization), await call(second, authorization)]).toEqual([
      401, 401,
    ]);
    const another = await ask(second);
    expect(await call(first, another.authorization)).toBe(200);
  });

  test('refuse a client that is disabled: its secret at once, its tokens within clientCacheSeconds', async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    const { authorization } = await ask(first);
    expect([await call(first, authorization), await call(second, authorization)]).toEqual([
      200, 200,
    ]);
    const disabledAt = Date.now();
    await change({ disabled: true });
    expect([(await ask(first)).status, (await ask(second)).status]).toEqual([403, 403]);
    for (const replica of [first, second])
      expect(await until(401, () => call(replica, authorization))).toBe(401);
    // One second of clientCacheSeconds, and as long again for a slow machine.
    expect(Date.now() - disabledAt).toBeLessThan(2500);
  });

  test('count failures together', async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    const statuses = [];
    for (let index = 0; index < 10; index += 1) {
      statuses.push(
        (await ask(index % 2 ? first : second, `wrong-secret-${String(index)}`, 'somebody')).status,
      );
    }
    expect(statuses).toEqual(Array(10).fill(403));
    expect((await ask(second, 'wrong-secret', 'somebody')).status).toBe(429);
    expect((await ask(first, 'wrong-secret', 'somebody')).status).toBe(429);
    expect((await ask(second)).status).toBe(200);
  });

  test('go through the rotation of a secret without an outage, and tell which secret is used', async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    const labelsOf = ({ events }: Replica) =>
      events.filter((event) => event?.type === 'token.issued').map((event) => event?.secretLabel);
    const old = { hash: HASH, label: 'old' };
    const fresh = { hash: OTHER_HASH, label: 'new' };

    await change({ secrets: [old] });
    expect([(await ask(first)).status, (await ask(second, OTHER_SECRET)).status]).toEqual([
      200, 403,
    ]);
    await change({ secrets: [fresh, old] });
    expect([(await ask(first)).status, (await ask(second)).status]).toEqual([200, 200]);
    expect([
      (await ask(first, OTHER_SECRET)).status,
      (await ask(second, OTHER_SECRET)).status,
    ]).toEqual([200, 200]);

    // Retired in a second: until then it works, and nobody has to be told when it does not any more.
    await change({
      secrets: [fresh, { ...old, expiresAt: new Date(Date.now() + 1000).toISOString() }],
    });
    expect((await ask(first)).status).toBe(200);
    expect(await until(403, async () => (await ask(second)).status)).toBe(403);
    expect([
      (await ask(first)).status,
      (await ask(first, OTHER_SECRET)).status,
      (await ask(second, OTHER_SECRET)).status,
    ]).toEqual([403, 200, 200]);

    for (const secretLabel of ['old', 'new'])
      await logged(first, { type: 'token.issued', secretLabel });
    expect(await until('new', () => labelsOf(second).at(-1))).toBe('new');
    await logged(second, { type: 'token.refused', reason: 'expired_secret', secretLabel: 'old' });
  });

  test('do what the contract says while PostgreSQL is away, and go on by themselves once it is back', async () => {
    const [stale, strict] = [await startReplica(), await startReplica({ MAX_STALE_SECONDS: '0' })];
    const { authorization } = await ask(stale);
    for (const replica of [stale, strict]) expect(await call(replica, authorization)).toBe(200);
    await postgres.stop();
    expect([(await ask(stale)).status, (await ask(strict)).status]).toEqual([500, 500]);
    // The last answer serves where it may; where it may not, nothing is known.
    expect(await until(503, () => call(strict, authorization))).toBe(503);
    expect(await call(stale, authorization)).toBe(200);
    await logged(stale, { type: 'outage', source: 'verifier' });
    await logged(strict, { type: 'outage', source: 'clients' });
    await postgres.start();
    for (const replica of [stale, strict]) {
      expect(await until(200, async () => (await ask(replica)).status)).toBe(200);
      expect(await until(200, () => call(replica, authorization))).toBe(200);
    }
  }, 30_000);

  test('refuse with 503 while Redis is away, still issue tokens, and go on by themselves once it is back', async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    const { authorization } = await ask(first);
    expect(await call(second, authorization)).toBe(200);
    await redis.stop();
    for (const replica of [first, second]) {
      expect(await call(replica, authorization)).toBe(503);
      expect((await ask(replica)).status).toBe(200);
      await logged(replica, { type: 'outage', source: 'revocations' });
      await logged(replica, { type: 'outage', source: 'throttle' });
    }
    await redis.start();
    for (const replica of [first, second])
      expect(await until(200, () => call(replica, authorization))).toBe(200);
    for (let index = 0; index < 10; index += 1) await ask(first, 'wrong-secret', 'after-redis');
    expect(
      await until(429, async () => (await ask(second, 'wrong-secret', 'after-redis')).status),
    ).toBe(429);
  }, 30_000);

  test('read the keys again at SIGHUP', async () => {
    const [current, previous] = [newKey('current'), newKey('previous')];
    const replica = await startReplica({ JWT_KEY_FILES: `${current},${previous}` });
    const before = await ask(replica);
    const kidOf = ({ authorization }: { authorization: string }) =>
      JSON.parse(
        Buffer.from(authorization.split(/[ .]/)[1] ?? '', 'base64url').toString(),
      ) as Record<string, unknown>;
    expect(kidOf(before)).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'current' });
    const swapped = readFileSync(current);
    writeFileSync(current, readFileSync(previous));
    writeFileSync(previous, swapped);
    replica.child.kill('SIGHUP');
    // The files have been swapped, so the key by the name in the token is another one now.
    expect(await until(401, () => call(replica, before.authorization))).toBe(401);
    expect(await call(replica, (await ask(replica)).authorization)).toBe(200);
  });

  test('count what happens for Prometheus, and stop in order', async () => {
    const replica = await startReplica();
    await ask(replica);
    await ask(replica, 'wrong-secret');
    const metrics = await (await fetch(replica.metricsUrl)).text();
    expect(metrics).toContain('jwt_tokens_issued_total{client_id="reports",secret_label=""} 1');
    expect(metrics).toContain(
      'type="token.refused",code="ERR_INVALID_CLIENT",reason="wrong_secret"',
    );
    expect(await stopReplica(replica.child)).toBe(0);
  });
});

test('the schema of the compose file is the one that the package prints', () => {
  const file = path.join(__dirname, '../../examples/production/schema.sql');
  expect(readFileSync(file, 'utf8')).toBe(postgresSchema());
});
