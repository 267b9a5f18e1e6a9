import type { NextFunction, Request, Response } from 'express';
import { createJwtAuth, type JwtAuthOptions } from 'express-client-jwt';

import { callGuarded, guardedApp, testAuth } from '../support/app';
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
    guardedApp(createJwtAuth({ keys: KEY, verifier: { verify: () => Promise.resolve(undefined) }, ...options }));

  test('of the client store lets nobody through', async () => {
    const app = appWith({ verifier: { verify: () => Promise.resolve(undefined), find: fail } });
    expect((await callGuarded(app, mint())).status).toBe(503);
  });

  test('of the revocation store lets nobody through', async () => {
    const app = appWith({ revocations: { isRevoked: fail, revoke: () => undefined } });
    expect((await callGuarded(app, mint())).status).toBe(503);
  });
});

test.each([undefined, null, 'route', 'router', new Error('no clock')])(
  'a clock that throws %p lets nobody through, and the error handler is told',
  async (thrown) => {
    const clock = (): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- Express takes some of these for leave to go on
      throw thrown;
    };
    const handled = jest.fn();
    const app = guardedApp(testAuth({ clock }));
    app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
      handled(error instanceof Error);
      res.status(500).end();
    });
    expect((await callGuarded(app, mint())).status).toBe(500);
    expect(handled.mock.calls).toEqual([[true]]);
  },
);
