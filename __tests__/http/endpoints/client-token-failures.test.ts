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

describe('a verifier or signer that fails gets a 500 response without details, and emits an event', () => {
  const SECRET_CAUSE = 'postgres://admin:hunter2@db/clients';
  const cases: [string, ClientVerifier['verify']][] = [
    ['rejects', () => Promise.reject(new Error(SECRET_CAUSE))],
    [
      'throws',
      () => {
        throw new Error(SECRET_CAUSE);
      },
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a user's verifier may do this
    ['rejects with a string', () => Promise.reject(SECRET_CAUSE)],
    ['resolves with true', () => Promise.resolve(true as never)],
    ['resolves with 1', () => Promise.resolve(1 as never)],
    ['resolves with an empty object', () => Promise.resolve({} as never)],
    ['resolves with another client', () => Promise.resolve({ clientId: 'admin' })],
    [
      'resolves with malformed scopes',
      () => Promise.resolve({ clientId: 'reports', scopes: ['a b'] }),
    ],
    [
      'resolves with claims that cannot be signed',
      () => Promise.resolve({ clientId: 'reports', claims: { big: 1n } }),
    ],
    [
      'resolves with claims that make the token too long',
      () => Promise.resolve({ clientId: 'reports', claims: { big: 'x'.repeat(8192) } }),
    ],
    ['never settles', () => new Promise(() => undefined)],
  ];

  test.each(cases)('responds with 500 if the verifier %s', async (_title, verify) => {
    const { events, onEvent } = recorder();
    const res = await getToken(testApp({ ...verifying(verify), onEvent, verifierTimeoutMs: 20 }));
    expectNoToken(res, 500, 'server_error');
    expect(res.text).toContain('We had a problem with our server. Try again later.');
    expect(res.text).not.toContain('hunter2');
    expect(events.map(({ type }) => type)).toEqual(['outage', 'token.refused']);
  });

  test('a verifier that resolves with null rejects the credentials', async () => {
    expectNoToken(
      await getToken(testApp(verifying(() => Promise.resolve(null as never)))),
      403,
      'invalid_client',
    );
  });

  test('a verifier that resolves with a disabled client rejects the credentials', async () => {
    const verify = () => Promise.resolve({ clientId: 'reports', disabled: true });
    expectNoToken(await getToken(testApp(verifying(verify))), 403, 'invalid_client');
  });

  test('a malformed hash from a store is a failure, not a rejection', async () => {
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

  test('the next valid request works', async () => {
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

  test('an overloaded verifier gets a 503 response with Retry-After', async () => {
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

  test('any other JwtAuthError from a verifier is a failure', async () => {
    const res = await getToken(
      testApp(verifying(() => Promise.reject(new JwtAuthError('ERR_TOKEN_EXPIRED')))),
    );
    expectNoToken(res, 500, 'server_error');
  });
});

describe("the token route with errors: 'next'", () => {
  const handler: ErrorRequestHandler = (error: JwtAuthError, _req, res, _next) => {
    res
      .status(error.status)
      .set(error.headers)
      .json({ mine: error.code, expose: error.expose, same: error.statusCode === error.status });
  };

  test("passes a refusal to the app's error handler, with the response headers", async () => {
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

  test("keeps the headers with Express's own error handler, which removes response headers", async () => {
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

  test("passes a failure with its cause to the app's error handler", async () => {
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

describe('a response hook of the app', () => {
  /** An app whose own hook throws when this header is set; its error handler responds with 418. */
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

  test("a response hook that throws while a token is sent reaches the app's error handler", async () => {
    expect((await getToken(hookedApp('Authorization'))).status).toBe(418);
  });

  test("a response hook that throws while a refusal is sent reaches the app's error handler", async () => {
    expect((await getToken(hookedApp('Content-Length'), 'nobody')).status).toBe(418);
  });

  test("a response hook that throws after a guard's async lookup reaches the app's error handler", async () => {
    const later = {
      verify: () => Promise.resolve(undefined),
      find: () => Promise.resolve(undefined),
    };
    expect(
      (await callGuarded(hookedApp('WWW-Authenticate', { verifier: later }), mint())).status,
    ).toBe(418);
  });

  test.each([undefined, null, 'route', 'router'])(
    'a response hook that throws %p lets nobody through',
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
    "a response hook that throws %p while a guard refuses synchronously reaches the app's error handler",
    async (thrown) => {
      expect(
        (await callGuarded(hookedApp('WWW-Authenticate', {}, { throws: thrown }), 'no-token'))
          .status,
      ).toBe(418);
    },
  );
});
