import type { ThrottleOptions } from 'express-client-jwt';
import { MemoryStore } from 'express-rate-limit';

import { createThrottle } from '../../lib/issuing/throttle';

const START = Date.parse('2026-03-01T12:00:00Z');

/** A throttle whose clock the test holds in its hand. */
function setUp(options: Partial<ThrottleOptions> = {}) {
  const state = { now: START };
  const settings = { failures: 3, windowSeconds: 60, store: undefined, ...options };
  const throttle = createThrottle(settings, { clock: () => state.now, storeTimeoutMs: 20 });
  const fail = async (count: number, clientId = 'a', address: string | undefined = '10.0.0.1') => {
    for (let index = 0; index < count; index++)
      await (await throttle.begin(clientId, address)).end(true);
  };
  /** How long an attempt must wait; it succeeds if it need not. */
  const check = async (clientId = 'a', address: string | undefined = '10.0.0.1') => {
    const attempt = await throttle.begin(clientId, address);
    if (attempt.retryAfterSeconds === undefined) await attempt.end(false);
    return attempt.retryAfterSeconds;
  };
  return { state, throttle, fail, check };
}

describe('one client id from one address', () => {
  test('is refused after so many failures, and told how long', async () => {
    const { state, fail, check } = setUp();
    await fail(2);
    expect(await check()).toBeUndefined();
    state.now += 10_500;
    await fail(1);
    expect(await check()).toBe(50);
  });

  test('is let in again once the window is over, counted from its first failure', async () => {
    const { state, fail, check } = setUp();
    await fail(3);
    state.now += 59_999;
    expect(await check()).toBe(1);
    state.now += 1;
    expect(await check()).toBeUndefined();
    await fail(2);
    expect(await check()).toBeUndefined();
  });

  test('does not shut out another id, nor the same id from another address', async () => {
    const { fail, check } = setUp();
    await fail(3);
    expect([await check('b'), await check('a', '10.0.0.2')]).toEqual([undefined, undefined]);
  });
});

describe('one address', () => {
  test('is refused after ten times as many failures, whatever the ids', async () => {
    const { fail, check } = setUp();
    for (let index = 0; index < 29; index++) await fail(1, `made-up-${String(index)}`);
    expect(await check('valid')).toBeUndefined();
    await fail(1, 'made-up-29');
    expect([await check('valid'), await check('valid', '10.0.0.2')]).toEqual([60, undefined]);
  });

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', 60],
    ['2001:db8::1', '2001:0db8:0:0:1::', 60],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', undefined],
    ['::1', '::2', 60],
    ['::ffff:10.0.0.1', '10.0.0.1', 60],
    ['::ffff:0a00:0001', '10.0.0.1', 60],
    ['64:ff9b::10.0.0.1', '10.0.0.1', 60],
    ['64:ff9b::10.0.0.1', '64:ff9b::10.0.0.2', undefined],
    ['fe80::1%eth0', 'fe80::2%eth1', 60],
    ['10.0.0.1', '10.0.0.2', undefined],
  ])('failures from %s count for %s: %p', async (from, other, expected) => {
    const { fail, check } = setUp();
    await fail(3, 'a', from);
    expect(await check('a', other)).toBe(expected);
  });

  test('may be unknown, which is an address like any other', async () => {
    const { throttle, check } = setUp();
    for (let index = 0; index < 3; index++) await (await throttle.begin('a', undefined)).end(true);
    const unknown = await throttle.begin('a', undefined);
    expect([unknown.retryAfterSeconds, await check('a', '10.0.0.1')]).toEqual([60, undefined]);
  });
});

test('remembers a bounded number of keys: 100,000 newer ones push out the oldest', async () => {
  const { fail, check } = setUp();
  await fail(3);
  const address = (index: number) => `10.1.${String(index >> 8)}.${String(index & 255)}`;
  // Each attempt counts for its client and for its address.
  for (let index = 0; index < 50_000; index++) await fail(1, 'b', address(index));
  expect(await check()).toBeUndefined();
  await fail(2, 'b', address(49_999));
  expect(await check('b', address(49_999))).toBe(60);
});

test('counts in a store of express-rate-limit, which is told the window', async () => {
  const store = new MemoryStore();
  const init = jest.spyOn(store, 'init');
  const { fail, check } = setUp({ store });
  await fail(3);
  expect(await check()).toBeGreaterThan(0);
  expect(await check('b')).toBeUndefined();
  expect(init).toHaveBeenCalledWith({ windowMs: 60_000 });
  store.shutdown();
});

describe('attempts under way', () => {
  test('are no more than may fail, so that a burst gets no more guesses than a series', async () => {
    const { throttle } = setUp();
    const begun: number[] = [];
    const waits: (number | undefined)[] = [];
    const guess = async (index: number) => {
      const attempt = await throttle.begin('a', '10.0.0.1');
      waits.push(attempt.retryAfterSeconds);
      if (attempt.retryAfterSeconds !== undefined) return;
      begun.push(index);
      await new Promise((resolve) => setImmediate(resolve));
      await attempt.end(true);
    };
    await Promise.all(Array.from({ length: 400 }, (_, index) => guess(index)));
    expect(begun).toHaveLength(3);
    expect(waits.filter((wait) => wait === 60)).toHaveLength(397);
  });

  test('that succeed let the others go on, one after the other', async () => {
    const { throttle } = setUp({ failures: 1 });
    let [current, most, done] = [0, 0, 0];
    const login = async () => {
      const attempt = await throttle.begin('a', '10.0.0.1');
      expect(attempt.retryAfterSeconds).toBeUndefined();
      current += 1;
      most = Math.max(most, current);
      await new Promise((resolve) => setImmediate(resolve));
      current -= 1;
      done += 1;
      await attempt.end(false);
    };
    await Promise.all(Array.from({ length: 20 }, login));
    expect([most, done]).toEqual([1, 20]);
  });

  test('of one address are no more than ten times as many, whatever the ids', async () => {
    const { throttle } = setUp({ failures: 1 });
    let begun = 0;
    const guess = async (index: number) => {
      const attempt = await throttle.begin(`id-${String(index)}`, '10.0.0.1');
      if (attempt.retryAfterSeconds !== undefined) return;
      begun += 1;
      await new Promise((resolve) => setImmediate(resolve));
      await attempt.end(true);
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => guess(index)));
    expect(begun).toBe(10);
  });
});

describe('a store that fails', () => {
  const DOWN = new Error('redis is down');
  const down = () => Promise.reject(DOWN);
  const outages = [{ source: 'throttle', cause: DOWN, clientId: 'a' }];

  test('lets attempts go on, is told, and does not end the process', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const { throttle } = setUp({ store: { init: down, get: down, increment: down } });
    const attempt = await throttle.begin('a', '10.0.0.1');
    expect(attempt).toMatchObject({ retryAfterSeconds: undefined, outages });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('is left alone for a second, and told once', async () => {
    const get = jest.fn(down);
    const { state, throttle } = setUp({ store: { get, increment: down } });
    const told = async () => (await throttle.begin('b', '10.0.0.2')).outages.length;
    expect(await told()).toBe(1);
    state.now += 999;
    expect(await told()).toBe(0);
    expect(get).toHaveBeenCalledTimes(2);
    state.now += 1;
    expect(await told()).toBe(1);
  });

  test('fails after storeTimeoutMs if it does not respond', async () => {
    const hang = () => new Promise<never>(() => undefined);
    const { throttle } = setUp({ store: { get: hang, increment: hang } });
    const { outages: told } = await throttle.begin('a', '10.0.0.1');
    expect(String(told[0]?.cause)).toBe(
      'Error: The store of throttle did not respond within 20 ms.',
    );
  });

  test('is told when a failure could not be counted', async () => {
    const { throttle } = setUp({ store: { get: () => undefined, increment: down } });
    expect(await (await throttle.begin('a', '10.0.0.1')).end(true)).toEqual(outages);
  });

  test('is started again if it could not start', async () => {
    let isDown = true;
    const init = jest.fn(() => (isDown ? Promise.reject(DOWN) : Promise.resolve()));
    const store = { init, get: () => undefined, increment: () => undefined };
    const { state, throttle } = setUp({ store });
    expect((await throttle.begin('a', '10.0.0.1')).outages).toEqual(outages);
    isDown = false;
    state.now += 1000;
    expect((await throttle.begin('b', '10.0.0.1')).outages).toEqual([]);
    expect((await throttle.begin('c', '10.0.0.1')).outages).toEqual([]);
    expect(init).toHaveBeenCalledTimes(2);
  });
});

test('a store without get, such as that of Memcached, is read by counting and taking back', async () => {
  const counts = new Map<string, number>();
  const add = (key: string, by: number) => {
    counts.set(key, (counts.get(key) ?? 0) + by);
    return { totalHits: counts.get(key) ?? 0, resetTime: new Date(START + 60_000) };
  };
  const { fail, check } = setUp({
    store: { increment: (key) => add(key, 1), decrement: (key) => void add(key, -1) },
  });
  await fail(2);
  expect(await check()).toBeUndefined();
  await fail(1);
  expect([await check(), await check()]).toEqual([60, 60]);
  const [counted] = [...counts].filter(([each]) => each.startsWith('client:'));
  expect(counted).toEqual([expect.stringMatching(/^client:[\w-]{43}$/), 3]);
});

test('a count that is no number, as some stores have for nothing, is no count', async () => {
  const { check } = setUp({
    store: { get: () => ({ totalHits: NaN }), increment: () => undefined },
  });
  expect(await check()).toBeUndefined();
});

test('a store that does not say when a window ends makes callers wait for a whole one', async () => {
  const store = { get: () => ({ totalHits: 3 }), increment: () => undefined };
  expect(await setUp({ store }).check()).toBe(60);
});
