import express from 'express';
import request from 'supertest';

import { getToken, testAuth } from '../support/app';
import { mint } from '../support/mint';

describe('the path of the token route', () => {
  const statusOf = async (setting: string | undefined, path: string) => {
    const app = express();
    if (setting !== undefined) app.enable(setting);
    app.use(testAuth());
    return (await getToken(app, 'reports', undefined, path)).status;
  };

  test.each([
    [undefined, '/AUTH/jwt', 200],
    [undefined, '/auth/jwt/', 200],
    [undefined, '/auth/jwt//', 404],
    [undefined, '/auth/jwtx', 404],
    ['case sensitive routing', '/AUTH/jwt', 404],
    ['case sensitive routing', '/auth/jwt/', 200],
    ['strict routing', '/auth/jwt/', 404],
    ['strict routing', '/Auth/JWT', 200],
  ])('with %s, a request to %s gets the status %i', async (setting, path, status) => {
    expect(await statusOf(setting, path)).toBe(status);
  });

  test('keeps the case of its path if the app is case-sensitive', async () => {
    const app = express().enable('case sensitive routing');
    app.use(testAuth({ path: '/Token' }));
    expect((await request(app).get('/Token')).status).toBe(400);
    expect((await request(app).get('/token')).status).toBe(404);
  });
});

test('the middleware and the guard accept a mock request without an app or raw headers', async () => {
  const auth = testAuth();
  const req = {
    method: 'GET',
    url: '/auth/jwtx',
    path: '/auth/jwtx',
    headers: { authorization: `Bearer ${mint()}` },
  };
  const passed = jest.fn();
  auth(req as never, {} as never, passed);
  auth.requireJwt()(req as never, {} as never, passed);
  await new Promise((resolve) => setImmediate(resolve));
  expect(passed.mock.calls).toEqual([[], []]);
  expect(req).toMatchObject({ jwt: { clientId: 'reports' } });
});
