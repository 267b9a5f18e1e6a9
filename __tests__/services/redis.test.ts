import type { RevocationStore } from 'express-client-jwt';
import { RedisStore } from 'rate-limit-redis';
import { redisRevocations } from 'express-client-jwt/stores/redis';
import { revocationStoreContract } from 'express-client-jwt/testing';
import { createClient } from 'redis';

import {
  callGuarded,
  expectNoToken,
  getToken,
  guardedApp,
  testApp,
  testAuth,
  tokenOf,
} from '../support/app';
import { runContract } from '../support/contract';
import { createRedis, describeWithServers, type TestServer } from '../support/servers';

describeWithServers('Redis', () => {
  let server: TestServer;
  let client: ReturnType<typeof createClient>;
  const sendCommand = (...args: string[]): Promise<unknown> => client.sendCommand(args);

  beforeAll(async () => {
    server = await createRedis();
    await server.start();
    client = createClient({ url: server.url });
    client.on('error', () => undefined);
    await client.connect();
  }, 60_000);
  afterAll(async () => {
    client.destroy();
    await server.remove();
  });
  beforeEach(async () => {
    await client.flushAll();
  });

  describe('for revocations', () => {
    const openEmpty = () => ({
      store: redisRevocations({ sendCommand }),
      other: redisRevocations({ sendCommand }),
    });
    runContract(revocationStoreContract(openEmpty));

    test('keeps a token for the time that it has left, by our clock', async () => {
      const now = Date.parse('2020-01-01T00:00:00Z');
      const store = redisRevocations({ sendCommand, clock: () => now, prefix: 'mine:' });
      await store.revoke('a', new Date(now + 90_000));
      const leftMs = await client.pTTL('mine:a');
      expect(leftMs).toBeGreaterThan(80_000);
      expect(leftMs).toBeLessThanOrEqual(90_000);
      await store.revoke('expired', new Date(now));
      expect((await client.keys('*')).sort()).toEqual(['mine:(log)', 'mine:a']);
      expect(await client.ttl('mine:(log)')).toBe(-1);
    });

    test.each<[string, (redis: typeof client) => Promise<unknown>]>([
      ['has lost its data', (redis) => redis.flushAll()],
      [
        'has lost its data and got a new revocation',
        async (redis) => {
          await redis.flushAll();
          await redisRevocations({ sendCommand }).revoke('new', new Date(Date.now() + 60_000));
        },
      ],
      [
        'was restored from an older copy',
        async (redis) => {
          await redis.del('jwt:revoked:b');
          await redis.hIncrBy('jwt:revoked:(log)', 'count', -1);
        },
      ],
    ])('each process reports one outage if Redis %s', async (_title, lose) => {
      const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      let now = Date.now();
      const [first, second] = [0, 1].map(() =>
        redisRevocations({ sendCommand, clock: () => now }),
      ) as [RevocationStore, RevocationStore];
      await first.revoke('a', new Date(now + 60_000));
      await first.revoke('b', new Date(now + 60_000));
      expect([await first.isRevoked('b'), await second.isRevoked('b')]).toEqual([true, true]);
      await lose(client);
      expect(await first.isRevoked('b')).toBe(false);
      now += 1000;
      for (const store of [first, second])
        await expect(store.isRevoked('b')).rejects.toThrow('Redis has lost revoked tokens');
      now += 1000;
      expect([await first.isRevoked('b'), await second.isRevoked('b')]).toEqual([false, false]);
      const codes = warn.mock.calls.map(([, options]) => options as unknown);
      expect(codes).toEqual(Array(2).fill({ code: 'EXPRESS_CLIENT_JWT_REDIS_LOST' }));
      warn.mockRestore();
    });

    test('warns of a Redis that removes keys if its memory is full', async () => {
      const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      await client.configSet('maxmemory-policy', 'allkeys-lru');
      await redisRevocations({ sendCommand }).isRevoked('a');
      expect(warn).not.toHaveBeenCalled();
      await client.configSet('maxmemory', '100mb');
      const store = redisRevocations({ sendCommand });
      await store.isRevoked('a');
      await store.isRevoked('b');
      await client.ping();
      expect(warn.mock.calls).toEqual([
        [
          expect.stringContaining('maxmemory-policy allkeys-lru'),
          { code: 'EXPRESS_CLIENT_JWT_REDIS_EVICTS' },
        ],
      ]);
      await client.configSet({ maxmemory: '0', 'maxmemory-policy': 'noeviction' });
      warn.mockRestore();
    });

    test('ends a token on the very next request', async () => {
      const auth = testAuth({ revocations: redisRevocations({ sendCommand }) });
      const app = guardedApp(auth);
      const token = tokenOf(await getToken(app));
      expect((await callGuarded(app, token)).status).toBe(200);
      await auth.revokeToken(token);
      expect((await callGuarded(app, token)).status).toBe(401);
    });
  });

  describe('for the throttle, through rate-limit-redis', () => {
    const throttled = () =>
      testApp({
        throttle: {
          failures: 2,
          windowSeconds: 60,
          store: new RedisStore({ sendCommand: sendCommand as never }),
        },
      });

    test('counts failures for all processes, and refuses with the rest of the window', async () => {
      const [first, second] = [throttled(), throttled()];
      expect((await getToken(first, 'reports', 'wrong-secret')).status).toBe(403);
      expect((await getToken(second, 'reports', 'wrong-secret')).status).toBe(403);
      const res = await getToken(first);
      expectNoToken(res, 429, 'too_many_requests');
      expect(Number(res.headers['retry-after'])).toBeGreaterThan(50);
      expect(Number(res.headers['retry-after'])).toBeLessThanOrEqual(60);
      expect((await getToken(second)).status).toBe(429);
      expect((await getToken(second, 'other', 'wrong-secret')).status).toBe(403);
    });

    test('has keys that go by themselves', async () => {
      await getToken(throttled(), 'reports', 'wrong-secret');
      const keys = await client.keys('*');
      expect(keys).toHaveLength(2);
      for (const key of keys) expect(await client.pTTL(key)).toBeGreaterThan(0);
    });
  });
});

describe('redisRevocations', () => {
  test.each<[string, unknown, string]>([
    [
      'no options',
      undefined,
      'redisRevocations: the options must be an object; they are undefined.',
    ],
    ['no sendCommand', {}, 'redisRevocations: sendCommand must be a function; it is undefined.'],
    [
      'a client',
      { sendCommand: {} },
      'redisRevocations: sendCommand must be a function; it is an object.',
    ],
    [
      'a prefix that is no text',
      { sendCommand: () => 0, prefix: 1 },
      'redisRevocations: prefix must be a text; it is 1.',
    ],
    [
      'another option',
      { sendCommand: () => 0, client: 1 },
      'redisRevocations: there is no option "client".',
    ],
  ])('refuses %s', (_title, options, message) => {
    expect(() => redisRevocations(options as never)).toThrow(message);
  });

  test.each([null, undefined, 'QUEUED', 2, [], [1], {}])(
    'takes the reply %j for an outage',
    async (reply) => {
      const store = redisRevocations({ sendCommand: () => Promise.resolve(reply) });
      await expect(store.isRevoked('a')).rejects.toThrow(
        'Redis answered EXISTS with neither 0 nor 1.',
      );
    },
  );

  test.each([0, '0', 1, '1', 1n])('understands the reply %p', async (reply) => {
    const store = redisRevocations({ sendCommand: () => Promise.resolve(reply) });
    expect(await store.isRevoked('a')).toBe(Number(reply) === 1);
  });
});

test('redisRevocations rejects where it did not note the token', async () => {
  const store = redisRevocations({ sendCommand: () => Promise.resolve(null) });
  await expect(store.revoke('a', new Date(Date.now() + 60_000))).rejects.toThrow(
    'Redis did not answer SET with OK.',
  );
  await expect(store.revoke('a', new Date(NaN))).rejects.toThrow('expiresAt is an invalid date.');
});
