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

describe('a cause that cannot even be named', () => {
  const unnamed = new Error('a store');
  Object.defineProperty(unnamed, 'name', {
    get() {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- Express takes it for leave to go on
      throw undefined;
    },
  });
  const fail = (): never => {
    throw unnamed;
  };

  /** Without onEvent: then a warning names the cause. */
  const appWith = (options: Partial<JwtAuthOptions>) =>
    guardedApp(
      createJwtAuth({
        keys: KEY,
        verifier: { verify: () => Promise.resolve(undefined) },
        ...options,
      }),
    );

  test('of the client store lets nobody through', async () => {
    const app = appWith({ verifier: { verify: () => Promise.resolve(undefined), find: fail } });
    expect((await callGuarded(app, mint())).status).toBe(503);
  });

  test('of the clock lets nobody through', async () => {
    expect((await callGuarded(appWith({ clock: fail }), mint())).status).toBe(500);
  });

  test('of the revocation store lets nobody through', async () => {
    const app = appWith({ revocations: { isRevoked: fail, revoke: () => undefined } });
    expect((await callGuarded(app, mint())).status).toBe(503);
  });
});

/** The status, code and cause with which a call reaches the error handler of the app. */
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
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- Express takes some of these for leave to go on
      throw thrown;
    };

    test('lets nobody through, and is an outage', async () => {
      const { events, onEvent } = recorder();
      const res = await callGuarded(guardedApp(testAuth({ clock, onEvent })), mint());
      expect([res.status, res.body]).toEqual([500, refusalBody('server_error', 'ERR_SERVER')]);
      expect(res.headers['www-authenticate']).toBeUndefined();
      expect(events).toMatchObject([
        { type: 'outage', source: 'guard', cause: thrown },
        { type: 'jwt.refused', code: 'ERR_SERVER' },
      ]);
    });

    test('reaches the error handler of the app as the cause', async () => {
      expect(await handledError({ clock })).toEqual([500, 'ERR_SERVER', thrown]);
    });
  },
);

test('a store that fails after a wait is the cause of the error', async () => {
  const cause = new Error('down');
  const { verifier } = finding(() => Promise.reject(cause));
  expect(await handledError({ verifier })).toEqual([503, 'ERR_CLIENTS_UNAVAILABLE', cause]);
});

test('a request that cannot be given its caller after a wait reaches the error handler of the app', async () => {
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

describe('a guard that no createJwtAuth is in front of', () => {
  test.each([undefined, null, 'route', new Error('hook')])(
    'lets nobody through where a hook throws %p',
    async (thrown) => {
      jest.spyOn(process, 'emitWarning').mockImplementation();
      const app = express();
      app.use((_req, res, next) => {
        res.setHeader = () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- Express takes some of these for leave to go on
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

describe('what somebody put on Object.prototype', () => {
  // That of Node's own objects, such as the headers of a request: jest gives tests another one.
  const { prototype } = STATUS_CODES.constructor as ObjectConstructor;

  const credentials = { 'client-id': 'reports', 'client-secret': SECRET };

  test.each([
    ['authorization', `Bearer ${mint()}`, '/guarded/7', {}, 401],
    ['client-id', 'reports', '/auth/jwt', { 'client-secret': SECRET }, 400],
    ['client-secret', SECRET, '/auth/jwt', { 'client-id': 'reports' }, 400],
  ])('is no header %s', async (name, value, path, headers, status) => {
    const app = testApp();
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
    try {
      expect((await request(app).get(path).set(headers)).status).toBe(status);
    } finally {
      Reflect.deleteProperty(prototype, name);
    }
    expect((await request(app).get('/auth/jwt').set(credentials)).status).toBe(200);
  });
});
