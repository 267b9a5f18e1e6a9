import express from 'express';
import type { ClientVerifier, ThrottleOptions, ThrottleStore } from 'express-client-jwt';
import request from 'supertest';

import { expectNoToken, getToken, recorder, testApp, testAuth, verifying } from '../support/app';
import { SECRET } from '../support/clients';

const START = Date.parse('2026-03-01T12:00:00Z');

describe('the token route with throttle', () => {
  const throttle: ThrottleOptions = { failures: 2, windowSeconds: 60 };

  test('responds with 429 and Retry-After, also to the correct secret, and emits an event', async () => {
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

  test('does not count a success or a bad request', async () => {
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

  test.each([
    ['is off', false, 1],
    ['is on', 1, 0],
  ])(
    'if trust proxy %s (%p), the number of warnings about X-Forwarded-For is %d',
    async (_title, setting, count) => {
      const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const app = express();
      app.set('trust proxy', setting);
      app.use(testAuth({ throttle }));
      for (let index = 0; index < 2; index++)
        await getToken(app).set('X-Forwarded-For', '203.0.113.1');
      expect(warn.mock.calls).toHaveLength(count);
      if (count > 0) expect(String(warn.mock.calls[0]?.[0])).toContain('trust proxy is off');
      warn.mockRestore();
    },
  );

  test('does not warn about X-Forwarded-For without throttle', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await getToken(testApp()).set('X-Forwarded-For', '203.0.113.1');
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test.each<[string, ThrottleStore['increment']]>([
    ['rejects', () => Promise.reject(new Error('redis is down'))],
    [
      'throws',
      () => {
        throw new Error('redis is down');
      },
    ],
    ['never settles', () => new Promise(() => undefined)],
  ])('still issues tokens if the store %s, with an event', async (_title, broken) => {
    const { events, onEvent } = recorder();
    const verify: ClientVerifier['verify'] = ({ clientId }) =>
      Promise.resolve(clientId === 'reports' ? { clientId } : undefined);
    const store = { get: broken, increment: broken };
    const app = testApp({
      ...verifying(verify),
      throttle: { ...throttle, store },
      onEvent,
      storeTimeoutMs: 20,
    });
    expect([(await getToken(app)).status, (await getToken(app, 'nobody')).status]).toEqual([
      200, 403,
    ]);
    const types = ['outage', 'token.issued', 'token.refused'];
    expect(events.map(({ type }) => type)).toEqual(types);
    expect(events[0]).toMatchObject({ source: 'throttle', clientId: 'reports' });
  });
});

describe('throttle throws a TypeError for bad options', () => {
  const FAILURES =
    'createJwtAuth: throttle: failures must be a whole number from 1 to 1000000; it is';
  const STORE =
    'createJwtAuth: throttle: store must be a store with increment(key), and decrement(key) or get(key), such as those of express-rate-limit;';
  const increment = () => undefined;
  test.each<[unknown, string]>([
    [null, 'createJwtAuth: throttle: the options must be an object; they are null.'],
    [{ windowSeconds: 60 }, `${FAILURES} undefined.`],
    [{ failures: 0, windowSeconds: 60 }, `${FAILURES} 0.`],
    [{ failures: '3', windowSeconds: 60 }, `${FAILURES} "3".`],
    [
      { failures: 3 },
      'createJwtAuth: throttle: windowSeconds must be a whole number from 1 to 86400; it is undefined.',
    ],
    [
      { failures: 3, windowSeconds: -1 },
      'createJwtAuth: throttle: windowSeconds must be a whole number from 1 to 86400; it is -1.',
    ],
    [{ failures: 3, windowSeconds: 60, store: 7 }, `${STORE} it is a whole number.`],
    [
      { failures: 3, windowSeconds: 60, store: { increment } },
      `${STORE} it has neither of the two.`,
    ],
    [
      { failures: 3, windowMs: 60 },
      'createJwtAuth: throttle: there is no option "windowMs". The options are: failures, windowSeconds, store.',
    ],
  ])('throws for %p', (throttle, message) => {
    expect(() => testAuth({ throttle: throttle as never })).toThrow(new TypeError(message));
  });

  test('throws before the store is initialized', () => {
    const init = jest.fn();
    const store = { init, get: increment, increment };
    const throttle = { failures: 3, windowSeconds: 60, store };
    expect(() => testAuth({ throttle, keys: 'weak' })).toThrow(TypeError);
    expect(init).not.toHaveBeenCalled();
  });
});
