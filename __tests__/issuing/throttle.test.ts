import { MemoryStore } from 'express-rate-limit';

import { setUp } from '../support/throttle';

describe('one client id from one address', () => {
  test('a client id from one address is rejected after the allowed failures, with the time to wait', async () => {
    const { state, fail, check } = setUp();
    await fail(2);
    expect(await check()).toBeUndefined();
    state.now += 10_500;
    await fail(1);
    expect(await check()).toBe(50);
  });

  test('a client id is accepted again when the window ends, counted from its first failure', async () => {
    const { state, fail, check } = setUp();
    await fail(3);
    state.now += 59_999;
    expect(await check()).toBe(1);
    state.now += 1;
    expect(await check()).toBeUndefined();
    await fail(2);
    expect(await check()).toBeUndefined();
  });

  test('a rejected client id does not block another id, or the same id from another address', async () => {
    const { fail, check } = setUp();
    await fail(3);
    expect([await check('b'), await check('a', '10.0.0.2')]).toEqual([undefined, undefined]);
  });
});

describe('one address', () => {
  test('an address is rejected after ten times the allowed failures, regardless of the ids', async () => {
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
  ])('failures from %s make %s wait for: %p', async (from, other, expected) => {
    const { fail, check } = setUp();
    await fail(3, 'a', from);
    expect(await check('a', other)).toBe(expected);
  });

  test('all unknown addresses count as one address', async () => {
    const { throttle, check } = setUp();
    for (let index = 0; index < 3; index++) await (await throttle.begin('a', undefined)).end(true);
    const unknown = await throttle.begin('a', undefined);
    expect([unknown.retryAfterSeconds, await check('a', '10.0.0.1')]).toEqual([60, undefined]);
  });
});

test('limits the number of keys: 100,000 newer ones evict the oldest', async () => {
  const { fail, check } = setUp();
  await fail(3);
  const address = (index: number) => `10.1.${String(index >> 8)}.${String(index & 255)}`;
  // Each attempt counts for its client and for its address.
  for (let index = 0; index < 50_000; index++) await fail(1, 'b', address(index));
  expect(await check()).toBeUndefined();
  await fail(2, 'b', address(49_999));
  expect(await check('b', address(49_999))).toBe(60);
});

test('counts in a store of express-rate-limit, which gets the window', async () => {
  const store = new MemoryStore();
  const init = jest.spyOn(store, 'init');
  const { fail, check } = setUp({ store });
  await fail(3);
  expect(await check()).toBeGreaterThan(0);
  expect(await check('b')).toBeUndefined();
  expect(init).toHaveBeenCalledWith({ windowMs: 60_000 });
  store.shutdown();
});

describe('a throttle store that fails', () => {
  const DOWN = new Error('redis is down');
  const down = () => Promise.reject(DOWN);
  const outages = [{ source: 'throttle', cause: DOWN, clientId: 'a' }];

  test('a failing store lets attempts through, is reported, and does not end the process', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const { throttle } = setUp({ store: { init: down, get: down, increment: down } });
    const attempt = await throttle.begin('a', '10.0.0.1');
    expect(attempt).toMatchObject({ retryAfterSeconds: undefined, outages });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('a failing store is not called for a second, and is reported once', async () => {
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

  test('a store call times out after storeTimeoutMs', async () => {
    const hang = () => new Promise<never>(() => undefined);
    const { throttle } = setUp({ store: { get: hang, increment: hang } });
    const { outages: told } = await throttle.begin('a', '10.0.0.1');
    expect(String(told[0]?.cause)).toBe(
      'Error: The store of throttle did not respond within 20 ms.',
    );
  });

  test('a store failure is reported if a failed attempt could not be counted', async () => {
    const { throttle } = setUp({ store: { get: () => undefined, increment: down } });
    expect(await (await throttle.begin('a', '10.0.0.1')).end(true)).toEqual(outages);
  });

  test('a store is initialized again if its initialization failed', async () => {
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

test('a count that is not a number, as some stores return for no count, is ignored', async () => {
  const { check } = setUp({
    store: { get: () => ({ totalHits: NaN }), increment: () => undefined },
  });
  expect(await check()).toBeUndefined();
});

test('callers wait for a whole window if the store does not return when it ends', async () => {
  const store = { get: () => ({ totalHits: 3 }), increment: () => undefined };
  expect(await setUp({ store }).check()).toBe(60);
});
