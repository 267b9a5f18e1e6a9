import { EventEmitter } from 'node:events';

import express from 'express';
import {
  createJwtGuard,
  memoryRevocations,
  requireJwt,
  type JwtAuthEvent,
} from 'express-client-jwt';
import request from 'supertest';

import { passedGuards } from '../../lib/http/passed-guards';
import { elapsedMs, hangUpSignal, parseBearer } from '../../lib/http/request';
import { sendReply } from '../../lib/http/respond';
import { callGuarded, getToken, recorder, testApp, testAuth } from '../support/app';
import { claimsOf, KEY, mint } from '../support/mint';

describe('warnings', () => {
  let warn: jest.SpyInstance;
  beforeEach(() => {
    warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterEach(() => {
    warn.mockRestore();
  });

  test('a guard that no instance is mounted for warns once in the process', async () => {
    await jest.isolateModulesAsync(async () => {
      const { requireJwt: copy } = jest.requireActual<{ requireJwt: typeof requireJwt }>(
        'express-client-jwt',
      );
      const app = express().get(['/a', '/b'], copy());
      await request(app).get('/a');
      await request(app).get('/b');
    });
    expect(warn.mock.calls).toEqual([
      [
        'express-client-jwt: No createJwtAuth() middleware ran before requireJwt(). Add app.use(createJwtAuth({ … })) above this route.',
      ],
    ]);
  });

  test('the warning about trust proxy has a code', async () => {
    const app = express().use(testAuth({ throttle: { failures: 9, windowSeconds: 9 } }));
    await getToken(app).set('X-Forwarded-For', '203.0.113.1');
    expect((warn.mock.calls as unknown[][])[0]?.[1]).toEqual({
      code: 'EXPRESS_CLIENT_JWT_TRUST_PROXY',
    });
  });
});

test('the guards of all copies of the package are under one name', () => {
  const shared = globalThis as Record<symbol, unknown>;
  expect(shared[Symbol.for('express-client-jwt.passed-guards')]).toBe(passedGuards);
});

test('a request with another method is an event without a client', async () => {
  const { events, onEvent } = recorder();
  await request(testApp({ onEvent })).delete('/auth/jwt');
  expect(events).toEqual([
    {
      type: 'token.refused',
      code: 'ERR_METHOD_NOT_ALLOWED',
      reason: undefined,
      clientId: undefined,
      secretLabel: undefined,
      address: expect.any(String) as string,
      durationMs: expect.any(Number) as number,
    },
  ]);
});

test('a malformed request reports its code and nothing else', async () => {
  const { events, onEvent } = recorder();
  await getToken(testApp({ onEvent }), 'reports', '');
  expect(events.map(({ type }) => type)).toEqual(['token.refused']);
});

test('verifyAccessToken rejects what is no string, and says so', async () => {
  await expect(testAuth().verifyAccessToken(7 as never)).rejects.toThrow(
    new TypeError('verifyAccessToken: the token must be a string.'),
  );
});

describe('createJwtGuard', () => {
  test('asks its revocations', async () => {
    const revocations = memoryRevocations();
    const guard = createJwtGuard({ keys: KEY, revocations });
    const token = mint({ jti: 'revoked' });
    expect((await guard.verifyAccessToken(token)).clientId).toBe('reports');
    await revocations.revoke('revoked', new Date(Number(claimsOf().exp) * 1000));
    await expect(guard.verifyAccessToken(token)).rejects.toMatchObject({
      code: 'ERR_TOKEN_REVOKED',
    });
  });

  test('reports a failure of its revocations', async () => {
    const events: JwtAuthEvent[] = [];
    const guard = createJwtGuard({
      keys: KEY,
      onEvent: (event) => void events.push(event),
      revocations: { isRevoked: () => Promise.reject(new Error('down')), revoke: () => undefined },
    });
    const app = express().use(guard).get('/guarded/:id', requireJwt());
    expect((await callGuarded(app, mint({ jti: 'a' }))).status).toBe(503);
    expect(events[0]).toMatchObject({ type: 'outage', source: 'revocations' });
  });
});

describe('reading a request', () => {
  test('only headers named Authorization count, whatever others are as long', () => {
    const headers = { authorization: 'Bearer a' };
    const rawHeaders = ['Authorization', 'Bearer a', 'authenticated', 'yes', 'If-None-Match', 'x'];
    expect(parseBearer({ headers, rawHeaders })).toEqual({ token: 'a' });
    expect(parseBearer({ headers, rawHeaders: [...rawHeaders, 'AUTHORIZATION', 'b'] })).toBe(
      'malformed',
    );
  });

  test('a signal follows the end of the response too', () => {
    const socket = { destroyed: false };
    const res = new EventEmitter();
    const signal = hangUpSignal({ headers: {}, socket: socket as never }, res as never);
    socket.destroyed = true;
    expect(signal.aborted).toBe(false);
    res.emit('close');
    expect(signal.aborted).toBe(true);
  });

  test('a duration is in milliseconds', () => {
    const ms = elapsedMs(performance.now() - 50);
    expect(ms).toBeGreaterThanOrEqual(50);
    expect(ms).toBeLessThan(5000);
  });
});

test.each([{ headersSent: true }, { destroyed: true }])(
  'nothing is written if the response has %j',
  (state) => {
    const res = { headersSent: false, destroyed: false, ...state, end: jest.fn() };
    sendReply(res as never, { status: 200, headers: {}, body: {} });
    expect(res.end).not.toHaveBeenCalled();
  },
);

test.each<[string, (call: request.Test) => request.Test]>([
  ['a form', (call) => call.type('form').send('client_id=reports&client_secret=x')],
  ['JSON', (call) => call.send({ clientId: 'reports', clientSecret: 'x' })],
  ['Basic', (call) => call.auth('reports', 'x')],
])('a caller that sends its credentials as %s is told to send headers', async (_title, send) => {
  const res = await send(request(testApp()).post('/auth/jwt'));
  expect(res.status).toBe(400);
  expect(res.body).toMatchObject({
    code: 'ERR_CREDENTIALS_MALFORMED',
    error_description: expect.stringMatching(
      /request headers client-id and client-secret.* not in Authorization or the body\.$/,
    ) as string,
  });
});
