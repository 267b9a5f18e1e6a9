import express from 'express';
import request from 'supertest';

import { callGuarded, finding, getToken, recorder, testApp } from './support/app';
import { bcryptVerifier, createJwtAuth } from 'express-client-jwt';
import { HASH, reports, SECRET } from './support/clients';
import { KEY, mint } from './support/mint';

test('the event of an issued token has its jti, its key and the label of the secret', async () => {
  const { events, onEvent } = recorder();
  const verifier = bcryptVerifier([reports({ secrets: [{ hash: HASH, label: '2026-11' }] })]);
  await getToken(testApp({ onEvent, verifier, keys: { key: KEY, kid: 'k1' } }));
  expect(events).toEqual([
    {
      type: 'token.issued',
      clientId: 'reports',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      kid: 'k1',
      secretLabel: '2026-11',
      address: expect.stringContaining('127.0.0.1') as string,
      durationMs: expect.any(Number) as number,
    },
  ]);
});

test('the event has the address of the caller behind a trusted proxy', async () => {
  const { events, onEvent } = recorder();
  const app = express();
  app.set('trust proxy', true);
  app.use(testApp({ onEvent }));
  await request(app).get('/guarded/7').set('X-Forwarded-For', '203.0.113.9');
  expect(events).toEqual([
    expect.objectContaining({ address: '203.0.113.9', code: 'ERR_TOKEN_MISSING' }),
  ]);
});

test('if the trust proxy function throws, only the address is missing', async () => {
  const { events, onEvent } = recorder();
  const app = express();
  app.set('trust proxy', () => {
    throw new Error('not an address I know');
  });
  app.use(testApp({ onEvent, ...finding(() => Promise.reject(new Error('down'))) }));
  const forwarded = ['X-Forwarded-For', '203.0.113.9'] as const;
  const calls = [getToken(app, 'nobody'), callGuarded(app, 'x'), callGuarded(app, mint())];
  const statuses: number[] = [];
  for (const call of calls) statuses.push((await call.set(...forwarded)).status);
  expect(statuses).toEqual([403, 401, 503]);
  expect(events.filter(({ type }) => type !== 'outage')).toEqual(
    ['ERR_INVALID_CLIENT', 'ERR_TOKEN_MALFORMED', 'ERR_CLIENTS_UNAVAILABLE'].map(
      (code) => expect.objectContaining({ code, address: undefined }) as unknown,
    ),
  );
});

test('an id that is not well-formed is in no event', async () => {
  const { events, onEvent } = recorder();
  await getToken(testApp({ onEvent }), 'bad id');
  expect(events).toEqual([
    expect.objectContaining({ code: 'ERR_CREDENTIALS_MALFORMED', clientId: undefined }),
  ]);
});

describe('a listener that fails does not change the response', () => {
  test.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('broken listener');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken listener'))],
    ['never settles', () => new Promise(() => undefined)],
  ])('a token is issued if onEvent %s', async (_title, onEvent) => {
    const app = testApp({ onEvent });
    const statuses = [
      (await getToken(app)).status,
      (await getToken(app, 'nobody')).status,
      (await callGuarded(app, 'x')).status,
    ];
    expect(statuses).toEqual([200, 403, 401]);
  });
});

describe('without onEvent', () => {
  test('the first outage of a source becomes a process warning, without the message of its cause', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const verifier = { verify: () => Promise.reject(new RangeError('password=hunter2')) };
    const app = express().use(createJwtAuth({ keys: KEY, verifier }));
    await getToken(app, 'reports', SECRET);
    await getToken(app, 'reports', SECRET);
    expect(warn.mock.calls).toEqual([
      [
        'express-client-jwt: the verifier failed (RangeError). This warning comes once; pass onEvent to see every failure and its cause.',
      ],
    ]);
    warn.mockRestore();
  });
  test.each<[string, object, string]>([
    ['a scope', { scopes: ['a b'] }, '.scopes[0] must be a scope without spaces or quotes'],
    ['a hash', { secrets: [{ hash: 'x' }] }, '.secrets[0].hash must be a bcrypt hash'],
  ])(
    'the warning names a malformed client and its field: %s',
    async (_title, changes, sentence) => {
      const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const record = { ...reports(), ...changes };
      const verifier = bcryptVerifier({ find: () => Promise.resolve(record) });
      const app = express().use(createJwtAuth({ keys: KEY, verifier }));
      expect((await getToken(app)).status).toBe(500);
      const [[warning]] = warn.mock.calls as [[string]];
      expect(warning).toContain(`The record from the client store (client reports)${sentence}`);
      warn.mockRestore();
    },
  );
});
