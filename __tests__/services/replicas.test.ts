import { readFileSync } from 'node:fs';
import path from 'node:path';

import { postgresSchema } from 'express-client-jwt/stores/postgres';

import { HASH, OTHER_HASH, OTHER_SECRET } from '../support/clients';
import { ask, call, logged, stopReplica, until, type Replica } from '../support/replica';
import { describeReplicas } from '../support/replicas';

describeReplicas('two processes on one PostgreSQL and one Redis', (shared) => {
  test('honour each other’s tokens, and refuse what one of them has revoked, at once', async () => {
    const [first, second] = [await shared().startReplica(), await shared().startReplica()];
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
    const [first, second] = [await shared().startReplica(), await shared().startReplica()];
    const { authorization } = await ask(first);
    expect([await call(first, authorization), await call(second, authorization)]).toEqual([
      200, 200,
    ]);
    const disabledAt = Date.now();
    await shared().change({ disabled: true });
    expect([(await ask(first)).status, (await ask(second)).status]).toEqual([403, 403]);
    for (const replica of [first, second])
      expect(await until(401, () => call(replica, authorization))).toBe(401);
    // One second of clientCacheSeconds, and as long again for a slow machine.
    expect(Date.now() - disabledAt).toBeLessThan(2500);
  });

  test('count failures together', async () => {
    const [first, second] = [await shared().startReplica(), await shared().startReplica()];
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
    const [first, second] = [await shared().startReplica(), await shared().startReplica()];
    const labelsOf = ({ events }: Replica) =>
      events.filter((event) => event?.type === 'token.issued').map((event) => event?.secretLabel);
    const old = { hash: HASH, label: 'old' };
    const fresh = { hash: OTHER_HASH, label: 'new' };

    await shared().change({ secrets: [old] });
    expect([(await ask(first)).status, (await ask(second, OTHER_SECRET)).status]).toEqual([
      200, 403,
    ]);
    await shared().change({ secrets: [fresh, old] });
    expect([(await ask(first)).status, (await ask(second)).status]).toEqual([200, 200]);
    expect([
      (await ask(first, OTHER_SECRET)).status,
      (await ask(second, OTHER_SECRET)).status,
    ]).toEqual([200, 200]);

    // Retired in a second: until then it works, and nobody has to be told when it does not any more.
    await shared().change({
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
    const [stale, strict] = [
      await shared().startReplica(),
      await shared().startReplica({ MAX_STALE_SECONDS: '0' }),
    ];
    const { authorization } = await ask(stale);
    for (const replica of [stale, strict]) expect(await call(replica, authorization)).toBe(200);
    await shared().postgres.stop();
    expect([(await ask(stale)).status, (await ask(strict)).status]).toEqual([500, 500]);
    // The last answer serves where it may; where it may not, nothing is known.
    expect(await until(503, () => call(strict, authorization))).toBe(503);
    expect(await call(stale, authorization)).toBe(200);
    await logged(stale, { type: 'outage', source: 'verifier' });
    await logged(strict, { type: 'outage', source: 'clients' });
    await shared().postgres.start();
    for (const replica of [stale, strict]) {
      expect(await until(200, async () => (await ask(replica)).status)).toBe(200);
      expect(await until(200, () => call(replica, authorization))).toBe(200);
    }
  }, 30_000);

  test('refuse with 503 while Redis is away, still issue tokens, and go on by themselves once it is back', async () => {
    const [first, second] = [await shared().startReplica(), await shared().startReplica()];
    const { authorization } = await ask(first);
    expect(await call(second, authorization)).toBe(200);
    await shared().redis.stop();
    for (const replica of [first, second]) {
      expect(await call(replica, authorization)).toBe(503);
      expect((await ask(replica)).status).toBe(200);
      await logged(replica, { type: 'outage', source: 'revocations' });
      await logged(replica, { type: 'outage', source: 'throttle' });
    }
    await shared().redis.start();
    for (const replica of [first, second])
      expect(await until(200, () => call(replica, authorization))).toBe(200);
    for (let index = 0; index < 10; index += 1) await ask(first, 'wrong-secret', 'after-redis');
    expect(
      await until(429, async () => (await ask(second, 'wrong-secret', 'after-redis')).status),
    ).toBe(429);
  }, 30_000);

  test('are ready while PostgreSQL and Redis respond, and healthy all the time', async () => {
    const replica = await shared().startReplica();
    const get = async (route: string) => (await fetch(replica.url + route)).status;
    expect([await get('/ready'), await get('/health')]).toEqual([200, 200]);
    await shared().redis.stop();
    expect(await until(503, () => get('/ready'))).toBe(503);
    expect(await get('/health')).toBe(200);
    await shared().redis.start();
    expect(await until(200, () => get('/ready'))).toBe(200);
    await shared().postgres.stop();
    expect(await until(503, () => get('/ready'))).toBe(503);
    await shared().postgres.start();
    expect(await until(200, () => get('/ready'))).toBe(200);
  }, 30_000);

  test('count what happens for Prometheus, and stop in order', async () => {
    const replica = await shared().startReplica();
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
