import { STATUS_CODES } from 'node:http';

import express, { type NextFunction, type Request, type Response } from 'express';
import {
  createJwtAuth,
  requireJwt,
  type JwtAuthError,
  type JwtAuthOptions,
} from 'express-client-jwt';
import request from 'supertest';

import {
  callGuarded,
  finding,
  guardedApp,
  recorder,
  testApp,
  testAuth,
  refusalBody,
} from '../support/app';
import { SECRET } from '../support/clients';
import { KEY, mint } from '../support/mint';

describe('a guard whose store or clock throws an error with an unreadable name', () => {
  const unnamed = new Error('a store');
  Object.defineProperty(unnamed, 'name', {
    get() {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- Express would call the next handler
      throw undefined;
    },
  });
  const fail = (): never => {
    throw unnamed;
  };

  /** Has no onEvent, so that a warning names the cause. */
  const appWith = (options: Partial<JwtAuthOptions>) =>
    guardedApp(
      createJwtAuth({
        keys: KEY,
        verifier: { verify: () => Promise.resolve(undefined) },
        ...options,
      }),
    );

  test('lets nobody through if the client store throws', async () => {
    const app = appWith({ verifier: { verify: () => Promise.resolve(undefined), find: fail } });
    expect((await callGuarded(app, mint())).status).toBe(503);
  });

  test('lets nobody through if the clock throws', async () => {
    expect((await callGuarded(appWith({ clock: fail }), mint())).status).toBe(500);
  });

  test('lets nobody through if the revocation store throws', async () => {
    const app = appWith({ revocations: { isRevoked: fail, revoke: () => undefined } });
    expect((await callGuarded(app, mint())).status).toBe(503);
  });
});

/** The status, code and cause of the error that the app's error handler gets. */
async function handledError(options: Partial<JwtAuthOptions>): Promise<unknown[]> {
  const app = guardedApp(testAuth({ ...options, errors: 'next' }));
  const seen: unknown[] = [];
  app.use((error: JwtAuthError, _req: Request, res: Response, _next: NextFunction) => {
    seen.push(error.code, error.cause);
    res.status(error.status).end();
  });
  return [(await callGuarded(app, mint())).status, ...seen];
}

describe.each([undefined, null, 'route', 'router', new Error('no clock')])(
  'a clock that throws %p',
  (thrown) => {
    const clock = (): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- Express would call the next handler for some of these
      throw thrown;
    };

    test('lets nobody through, and reports an outage', async () => {
      const { events, onEvent } = recorder();
      const res = await callGuarded(guardedApp(testAuth({ clock, onEvent })), mint());
      expect([res.status, res.body]).toEqual([500, refusalBody('server_error', 'ERR_SERVER')]);
      expect(res.headers['www-authenticate']).toBeUndefined();
      expect(events).toMatchObject([
        { type: 'outage', source: 'guard', cause: thrown },
        { type: 'jwt.refused', code: 'ERR_SERVER' },
      ]);
    });

    test("passes the thrown value to the app's error handler as the cause", async () => {
      expect(await handledError({ clock })).toEqual([500, 'ERR_SERVER', thrown]);
    });
  },
);

test('a store that rejects later is the cause of the error', async () => {
  const cause = new Error('down');
  const { verifier } = finding(() => Promise.reject(cause));
  expect(await handledError({ verifier })).toEqual([503, 'ERR_CLIENTS_UNAVAILABLE', cause]);
});

test("if req.jwt cannot be set after an async lookup, the app's error handler gets the error", async () => {
  const app = express();
  app.use((req, _res, next) => {
    Object.defineProperty(req, 'jwt', { get: () => undefined, configurable: true });
    next();
  });
  app.get(
    '/guarded/7',
    testAuth(finding(() => Promise.resolve({ clientId: 'reports' }))).requireJwt(),
    (_req: Request, res: Response) => {
      res.json({});
    },
  );
  app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
    res.status(418).json(error.name);
  });
  const res = await callGuarded(app, mint());
  expect([res.status, res.body]).toEqual([418, 'TypeError']);
});

describe('requireJwt without createJwtAuth before it', () => {
  test.each([undefined, null, 'route', new Error('hook')])(
    'lets nobody through if setHeader throws %p',
    async (thrown) => {
      jest.spyOn(process, 'emitWarning').mockImplementation();
      const app = express();
      app.use((_req, res, next) => {
        res.setHeader = () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- Express would call the next handler for some of these
          throw thrown;
        };
        next();
      });
      app.get('/guarded/7', requireJwt(), (_req, res) => {
        res.writeHead(200).end();
      });
      app.use((_error: Error, _req: Request, res: Response, _next: NextFunction) => {
        res.writeHead(418).end();
      });
      expect((await callGuarded(app, mint())).status).toBe(418);
    },
  );
});

describe('a polluted Object.prototype', () => {
  // The prototype of Node's own objects, such as req.headers: jest gives tests another one.
  const { prototype } = STATUS_CODES.constructor as ObjectConstructor;

  const credentials = { 'client-id': 'reports', 'client-secret': SECRET };

  test.each([
    ['authorization', `Bearer ${mint()}`, '/guarded/7', {}, 401],
    ['client-id', 'reports', '/auth/jwt', { 'client-secret': SECRET }, 400],
    ['client-secret', SECRET, '/auth/jwt', { 'client-id': 'reports' }, 400],
  ])(
    'a polluted Object.prototype does not provide the header %s',
    async (name, value, path, headers, status) => {
      const app = testApp();
      Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
      try {
        expect((await request(app).get(path).set(headers)).status).toBe(status);
      } finally {
        Reflect.deleteProperty(prototype, name);
      }
      expect((await request(app).get('/auth/jwt').set(credentials)).status).toBe(200);
    },
  );
});
