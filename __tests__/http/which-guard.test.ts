import { inspect } from 'node:util';

import express from 'express';
import { bcryptVerifier, requireJwt } from 'express-client-jwt';
import request from 'supertest';

import { callGuarded, testAuth } from '../support/app';
import { HASH, reports } from '../support/clients';
import { KEY, mint, OTHER_KEY } from '../support/mint';

describe('how requireJwt selects an instance of createJwtAuth', () => {
  test('responds with 500 and says what to add if no instance is mounted upstream', async () => {
    const app = express();
    app.get('/guarded/7', requireJwt(), () => {
      throw new Error('reached');
    });
    app.use(testAuth());
    const res = await callGuarded(app, mint());
    expect(res.status).toBe(500);
    expect(res.body).toEqual({
      error: 'server_error',
      error_description:
        'No createJwtAuth() middleware ran before requireJwt(). Add app.use(createJwtAuth({ … })) above this route.',
      code: 'ERR_NOT_MOUNTED',
    });
  });

  test('uses the instance that the request passed last', async () => {
    const app = express();
    app.use(testAuth({ keys: OTHER_KEY }));
    app.use('/inner', testAuth());
    app.get(['/outer', '/inner'], requireJwt(), (_req, res) => {
      res.end('through');
    });
    const call = (path: string, key: string) =>
      request(app)
        .get(path)
        .set('Authorization', `Bearer ${mint({}, {}, key)}`);
    expect((await call('/inner', KEY)).status).toBe(200);
    expect((await call('/inner', OTHER_KEY)).status).toBe(401);
    expect((await call('/outer', KEY)).status).toBe(401);
    expect((await call('/outer', OTHER_KEY)).status).toBe(200);
  });

  test.each<[string, string, string]>([
    ['at the root', '/', '/'],
    ['at one path', '/v1', '/v1'],
    ['at a path, and then at the root', '/v1', '/'],
    ['at two spellings of a path', '/v1', '/:version'],
  ])(
    'responds with 500 and says what to do if two instances are mounted %s',
    async (_title, first, second) => {
      const app = express();
      app.use(first, testAuth({ keys: OTHER_KEY }));
      app.use(second, testAuth());
      app.get('/v1/guarded', requireJwt(), () => {
        throw new Error('reached');
      });
      for (const key of [KEY, OTHER_KEY]) {
        const res = await request(app)
          .get('/v1/guarded')
          .set('Authorization', `Bearer ${mint({}, {}, key)}`);
        expect([res.status, res.body]).toMatchObject([500, { code: 'ERR_TWO_GUARDS' }]);
      }
    },
  );

  test('auth.requireJwt() uses its own instance if two are mounted side by side', async () => {
    const auth = testAuth();
    const app = express();
    app.use(auth);
    app.use(testAuth({ keys: OTHER_KEY }));
    app.get('/guarded/7', auth.requireJwt(), (_req, res) => {
      res.end('through');
    });
    expect((await callGuarded(app, mint())).text).toBe('through');
    expect((await callGuarded(app, mint({}, {}, OTHER_KEY))).status).toBe(401);
  });

  test('mounting one instance several times is not ambiguous', async () => {
    const auth = testAuth();
    const app = express();
    app.use(auth);
    app.use('/guarded', auth);
    app.use(auth);
    app.get('/guarded/7', requireJwt(), (_req, res) => {
      res.end('through');
    });
    expect((await callGuarded(app, mint())).text).toBe('through');
  });

  test('uses a third instance with its own path after two that are mounted side by side', async () => {
    const app = express();
    app.use(testAuth({ keys: OTHER_KEY }), testAuth({ keys: OTHER_KEY }));
    app.use('/guarded', testAuth());
    app.get('/guarded/7', requireJwt(), (_req, res) => {
      res.end('through');
    });
    expect((await callGuarded(app, mint())).text).toBe('through');
  });

  test('auth.requireJwt() uses its own instance, even if the request has not passed it', async () => {
    const auth = testAuth({ verifier: bcryptVerifier([reports({ scopes: ['a'] })]) });
    const app = express();
    app.get('/guarded/:id', auth.requireJwt({ scope: 'a' }), (_req, res) => {
      res.end('through');
    });
    expect((await callGuarded(app, mint({ scope: 'a' }))).text).toBe('through');
    expect((await callGuarded(app, mint())).status).toBe(403);
    expect((await callGuarded(app, mint({}, {}, OTHER_KEY))).status).toBe(401);
  });

  test('a logged request contains neither key nor hash', async () => {
    let logged = '';
    const app = express();
    app.use(testAuth());
    app.get('/guarded/7', requireJwt(), (req, res) => {
      logged = inspect(req, { depth: 12, showHidden: false });
      res.end();
    });
    await callGuarded(app, mint());
    expect(logged).toContain("clientId: 'reports'");
    expect(logged).not.toContain(KEY);
    expect(logged).not.toContain(HASH);
  });
});

test('requireJwt finds the instance of another copy of the package', async () => {
  const app = express();
  app.use(testAuth());
  const loadCopy = () =>
    jest.requireActual<{ requireJwt: typeof requireJwt }>('express-client-jwt');
  let copy = { requireJwt };
  jest.isolateModules(() => {
    copy = loadCopy();
  });
  expect(copy.requireJwt).not.toBe(requireJwt);
  app.get('/guarded/7', copy.requireJwt(), (_req, res) => {
    res.end('through');
  });
  expect((await callGuarded(app, mint())).text).toBe('through');
  expect((await callGuarded(app, mint({}, {}, OTHER_KEY))).status).toBe(401);
});
