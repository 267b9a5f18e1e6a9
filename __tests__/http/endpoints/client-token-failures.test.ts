import express, { type ErrorRequestHandler } from 'express';
import {
  bcryptVerifier,
  JwtAuthError,
  type ClientVerifier,
  type JwtAuthOptions,
} from 'express-client-jwt';
import request from 'supertest';

import {
  callGuarded,
  expectNoToken,
  getToken,
  recorder,
  testApp,
  verifying,
} from '../../support/app';
import { mint } from '../../support/mint';

describe('a verifier or signer that fails is answered 500, with an event and nothing else of it', () => {
  const SECRET_CAUSE = 'postgres://admin:hunter2@db/clients';
  const cases: [string, ClientVerifier['verify']][] = [
    ['rejects', () => Promise.reject(new Error(SECRET_CAUSE))],
    [
      'throws',
      () => {
        throw new Error(SECRET_CAUSE);
      },
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what verifiers of users may do
    ['rejects with a text', () => Promise.reject(SECRET_CAUSE)],
    ['answers true', () => Promise.resolve(true as never)],
    ['answers 1', () => Promise.resolve(1 as never)],
    ['answers an empty object', () => Promise.resolve({} as never)],
    ['answers with another client', () => Promise.resolve({ clientId: 'admin' })],
    [
      'answers with malformed scopes',
      () => Promise.resolve({ clientId: 'reports', scopes: ['a b'] }),
    ],
    [
      'answers with claims that cannot be signed',
      () => Promise.resolve({ clientId: 'reports', claims: { big: 1n } }),
    ],
    [
      'answers with claims that make too long a token',
      () => Promise.resolve({ clientId: 'reports', claims: { big: 'x'.repeat(8192) } }),
    ],
    ['does not answer', () => new Promise(() => undefined)],
  ];

  test.each(cases)('a verifier that %s', async (_title, verify) => {
    const { events, onEvent } = recorder();
    const res = await getToken(testApp({ ...verifying(verify), onEvent, verifierTimeoutMs: 20 }));
    expectNoToken(res, 500, 'server_error');
    expect(res.text).toContain('We had a problem with our server. Try again later.');
    expect(res.text).not.toContain('hunter2');
    expect(events.map(({ type }) => type)).toEqual(['outage', 'token.refused']);
  });

  test('a verifier that answers null has said no', async () => {
    expectNoToken(
      await getToken(testApp(verifying(() => Promise.resolve(null as never)))),
      403,
      'invalid_client',
    );
  });

  test('a verifier that answers with a disabled client has said no', async () => {
    const verify = () => Promise.resolve({ clientId: 'reports', disabled: true });
    expectNoToken(await getToken(testApp(verifying(verify))), 403, 'invalid_client');
  });

  test('a malformed hash from a store is a failure, not a refusal', async () => {
    const { events, onEvent } = recorder();
    const store = {
      find: () => ({ clientId: 'reports', secrets: [{ hash: 'plain-text-secret' }] }),
    };
    expectNoToken(
      await getToken(testApp({ verifier: bcryptVerifier(store), onEvent })),
      500,
      'server_error',
    );
    expect(events[0]).toMatchObject({ type: 'outage', source: 'verifier', clientId: 'reports' });
    expect(String((events[0] as { cause: unknown }).cause)).toBe(
      'TypeError: The record from the client store (client reports).secrets[0].hash must be a bcrypt hash of cost 4 to 16 ' +
        '($2b$10$…), as hashSecret() makes it and with no $ lost to a shell; it is a string.',
    );
  });

  test('the next good request works', async () => {
    let isDown = true;
    const app = testApp(
      verifying(() =>
        isDown ? Promise.reject(new Error('down')) : Promise.resolve({ clientId: 'reports' }),
      ),
    );
    expect((await getToken(app)).status).toBe(500);
    isDown = false;
    expect((await getToken(app)).status).toBe(200);
  });

  test('a verifier that is overloaded is answered 503 with Retry-After', async () => {
    const { events, onEvent } = recorder();
    const overloaded = new JwtAuthError('ERR_OVERLOADED', { retryAfterSeconds: 5 });
    const res = await getToken(
      testApp({ ...verifying(() => Promise.reject(overloaded)), onEvent }),
    );
    expectNoToken(res, 503, 'temporarily_unavailable');
    expect(res.headers['retry-after']).toBe('5');
    expect(events).toEqual([
      expect.objectContaining({ type: 'token.overloaded', code: 'ERR_OVERLOADED' }),
    ]);
  });

  test('any other JwtAuthError of a verifier is a failure like any other', async () => {
    const res = await getToken(
      testApp(verifying(() => Promise.reject(new JwtAuthError('ERR_TOKEN_EXPIRED')))),
    );
    expectNoToken(res, 500, 'server_error');
  });
});

describe("errors: 'next'", () => {
  const handler: ErrorRequestHandler = (error: JwtAuthError, _req, res, _next) => {
    res
      .status(error.status)
      .set(error.headers)
      .json({ mine: error.code, expose: error.expose, same: error.statusCode === error.status });
  };

  test('hands a refusal to the error handler of the app, with the headers that belong to it', async () => {
    const app = testApp({ errors: 'next' });
    app.use(handler);
    const res = await request(app).put('/auth/jwt');
    expect(res.body).toEqual({ mine: 'ERR_METHOD_NOT_ALLOWED', expose: true, same: true });
    expect(res.headers).toMatchObject({
      allow: 'GET, HEAD, POST',
      'cache-control': 'no-store',
      vary: 'client-id, client-secret',
    });
  });

  test("keeps them through Express's own error handler, which drops the headers of the answer", async () => {
    const app = testApp({ errors: 'next' });
    app.set('env', 'test');
    const res = await getToken(app, 'nobody');
    expect(res.status).toBe(403);
    expect(res.headers).toMatchObject({
      'cache-control': 'no-store',
      pragma: 'no-cache',
      vary: 'client-id, client-secret',
    });
  });

  test('hands over a failure with its cause', async () => {
    const seen: JwtAuthError[] = [];
    const cause = new Error('down');
    const app = testApp({ ...verifying(() => Promise.reject(cause)), errors: 'next' });
    app.use(((error: JwtAuthError, req, res, next) => {
      seen.push(error);
      handler(error, req, res, next);
    }) as ErrorRequestHandler);
    expect((await getToken(app)).body).toEqual({ mine: 'ERR_SERVER', expose: false, same: true });
    expect(seen[0]?.cause).toBe(cause);
  });
});

describe('what the app hooked into the answer', () => {
  /** An app whose own hook throws when this header is set; its error handler answers 418. */
  function hookedApp(
    header: string,
    options: Partial<JwtAuthOptions> = {},
    hook: { readonly throws: unknown } = { throws: new Error('hook') },
  ): express.Express {
    const app = express();
    app.use((_req, res, next) => {
      const setHeader = res.setHeader.bind(res);
      res.setHeader = (name, value) => {
        if (name === header) throw hook.throws;
        return setHeader(name, value);
      };
      next();
    });
    app.use(testApp(options));
    app.use(((_error: Error, _req, res, _next) => {
      res.writeHead(418).end();
    }) as ErrorRequestHandler);
    return app;
  }

  test('may throw while a token is sent: that is for the error handler of the app', async () => {
    expect((await getToken(hookedApp('Authorization'))).status).toBe(418);
  });

  test('may throw while a refusal is sent', async () => {
    expect((await getToken(hookedApp('Content-Length'), 'nobody')).status).toBe(418);
  });

  test('may throw while a guard refuses after it has waited', async () => {
    const later = {
      verify: () => Promise.resolve(undefined),
      find: () => Promise.resolve(undefined),
    };
    expect(
      (await callGuarded(hookedApp('WWW-Authenticate', { verifier: later }), mint())).status,
    ).toBe(418);
  });

  test.each([undefined, null, 'route', 'router'])(
    'may throw %p, and lets nobody through by that',
    async (thrown) => {
      const later = {
        verify: () => Promise.resolve(undefined),
        find: () => Promise.resolve(undefined),
      };
      const app = hookedApp('Content-Length', { verifier: later }, { throws: thrown });
      expect([(await callGuarded(app, mint())).status, (await getToken(app)).status]).toEqual([
        418, 418,
      ]);
    },
  );

  test.each([undefined, null, 'route', 'router'])(
    'may throw %p while a guard refuses at once',
    async (thrown) => {
      expect(
        (await callGuarded(hookedApp('WWW-Authenticate', {}, { throws: thrown }), 'no-token'))
          .status,
      ).toBe(418);
    },
  );
});
