import express from 'express';
import type { ClientVerifier, ThrottleOptions, ThrottleStore } from 'express-client-jwt';
import { MemoryStore } from 'express-rate-limit';
import request from 'supertest';

import { createThrottle } from '../../lib/issuing/throttle';
import { expectNoToken, getToken, recorder, testApp, testAuth, verifying } from '../support/app';
import { SECRET } from '../support/clients';

const START = Date.parse('2026-03-01T12:00:00Z');

/** A throttle whose clock the test holds in its hand. */
function setUp(options: Partial<ThrottleOptions> = {}) {
  const state = { now: START };
  const throttle = createThrottle({ failures: 3, windowSeconds: 60, ...options }, () => state.now);
  const fail = async (count: number, clientId = 'a', address = '10.0.0.1') => {
    for (let index = 0; index < count; index++) await throttle.fail(clientId, address);
  };
  const check = (clientId = 'a', address: string | undefined = '10.0.0.1') =>
    throttle.check(clientId, address);
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
    ['10.0.0.1', '10.0.0.2', undefined],
  ])('failures from %s count for %s: %p', async (from, other, expected) => {
    const { fail, check } = setUp();
    await fail(3, 'a', from);
    expect(await check('a', other)).toBe(expected);
  });

  test('may be unknown, which is an address like any other', async () => {
    const { throttle } = setUp();
    for (let index = 0; index < 3; index++) await throttle.fail('a', undefined);
    expect([await throttle.check('a', undefined), await throttle.check('a', '10.0.0.1')]).toEqual([
      60,
      undefined,
    ]);
  });
});

test('remembers a bounded number of pairs: a million made-up ids push out the oldest', async () => {
  const { fail, check } = setUp();
  await fail(3, 'a', '10.0.0.1');
  for (let index = 0; index < 100_000; index++)
    await fail(1, String(index), `10.1.${String(index % 7)}.1`);
  expect(await check('a', '10.0.0.1')).toBeUndefined();
  expect(await check('x', '10.1.0.1')).toBe(60);
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

test('a store that cannot start does not end the process: it is told when it is asked', async () => {
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  const down = () => Promise.reject(new Error('redis is down'));
  const { check } = setUp({ store: { init: down, get: down, increment: down } });
  await expect(check()).rejects.toThrow('redis is down');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('a store that could not start is started again when it is asked', async () => {
  let isDown = true;
  const init = jest.fn(() =>
    isDown ? Promise.reject(new Error('redis is down')) : Promise.resolve(),
  );
  const { check } = setUp({ store: { init, get: () => undefined, increment: () => undefined } });
  await expect(check()).rejects.toThrow('redis is down');
  isDown = false;
  expect(await check()).toBeUndefined();
  expect(await check()).toBeUndefined();
  expect(init).toHaveBeenCalledTimes(2);
});

test('a count that is no number, as some stores have for nothing, is no count', async () => {
  const { check } = setUp({
    store: { get: () => ({ totalHits: NaN }), increment: () => undefined },
  });
  expect(await check()).toBeUndefined();
});

describe('the token route', () => {
  const throttle: ThrottleOptions = { failures: 2, windowSeconds: 60 };

  test('answers 429 with Retry-After, also to the right secret, and tells an event', async () => {
    const { events, onEvent } = recorder();
    const app = testApp({ throttle, onEvent, clock: () => START });
    for (let index = 0; index < 2; index++)
      expect((await getToken(app, 'reports', 'wrong')).status).toBe(403);
    const res = await getToken(app);
    expectNoToken(res, 429, 'too_many_requests');
    expect(res.headers['retry-after']).toBe('60');
    expect(events.at(-1)).toMatchObject({
      type: 'token.throttled',
      code: 'ERR_THROTTLED',
      clientId: 'reports',
    });
  });

  test('does not count a success, nor a bad request', async () => {
    const app = testApp({ throttle });
    const statuses = [];
    for (let index = 0; index < 5; index++)
      statuses.push((await getToken(app)).status, (await getToken(app, 'a b')).status);
    expect(new Set(statuses)).toEqual(new Set([200, 400]));
    expect((await getToken(app)).status).toBe(200);
  });

  test('counts by the address that Express trusts', async () => {
    const app = express();
    app.set('trust proxy', true);
    app.use(testAuth({ throttle }));
    const from = (address: string, secret: string) =>
      request(app)
        .get('/auth/jwt')
        .set({ 'X-Forwarded-For': address, 'client-id': 'reports', 'client-secret': secret });
    await from('203.0.113.1', 'wrong');
    await from('203.0.113.1', 'wrong');
    expect([
      (await from('203.0.113.1', SECRET)).status,
      (await from('203.0.113.2', SECRET)).status,
    ]).toEqual([429, 200]);
  });

  test.each<[string, ThrottleStore['increment']]>([
    ['rejects', () => Promise.reject(new Error('redis is down'))],
    [
      'throws',
      () => {
        throw new Error('redis is down');
      },
    ],
    ['does not answer', () => new Promise(() => undefined)],
  ])('issues all the same where the store %s, with an event', async (_title, broken) => {
    const { events, onEvent } = recorder();
    const verify: ClientVerifier['verify'] = ({ clientId }) =>
      Promise.resolve(clientId === 'reports' ? { clientId } : undefined);
    const store = { get: broken, increment: broken };
    const app = testApp({
      ...verifying(verify),
      throttle: { ...throttle, store },
      onEvent,
      verifierTimeoutMs: 20,
    });
    expect([(await getToken(app)).status, (await getToken(app, 'nobody')).status]).toEqual([
      200, 403,
    ]);
    expect(events.map(({ type }) => type)).toEqual([
      'outage',
      'token.issued',
      'outage',
      'outage',
      'token.refused',
    ]);
    expect(events[0]).toMatchObject({ source: 'throttle', clientId: 'reports' });
  });
});

describe('bad options are a TypeError', () => {
  const FAILURES = 'throttle.failures must be a whole number from 1 to 1000000; it is';
  const STORE =
    'throttle.store must be a store with get(key) and increment(key), as those of express-rate-limit are; it is';
  const increment = () => undefined;
  test.each<[unknown, string]>([
    [null, 'throttle must be given an object of options; it is null.'],
    [{ windowSeconds: 60 }, `${FAILURES} undefined.`],
    [{ failures: 0, windowSeconds: 60 }, `${FAILURES} 0.`],
    [{ failures: '3', windowSeconds: 60 }, `${FAILURES} a string.`],
    [
      { failures: 3 },
      'throttle.windowSeconds must be a whole number from 1 to 86400; it is undefined.',
    ],
    [
      { failures: 3, windowSeconds: -1 },
      'throttle.windowSeconds must be a whole number from 1 to 86400; it is -1.',
    ],
    [{ failures: 3, windowSeconds: 60, store: 7 }, `${STORE} a whole number.`],
    [{ failures: 3, windowSeconds: 60, store: { increment } }, `${STORE} an object.`],
    [
      { failures: 3, windowMs: 60 },
      'throttle: there is no option "windowMs". The options are: failures, windowSeconds, store.',
    ],
  ])('%p', (throttle, message) => {
    expect(() => testAuth({ throttle: throttle as never })).toThrow(new TypeError(message));
  });
});
