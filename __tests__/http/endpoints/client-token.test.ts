import express from 'express';
import { expectNoToken } from '../../support/app';
import { bcryptVerifier } from 'express-client-jwt';
import jsonwebtoken from 'jsonwebtoken';
import request from 'supertest';

import { getToken, testApp, testAuth, tokenOf } from '../../support/app';
import { HASH, OTHER_HASH, OTHER_SECRET, reports, SECRET } from '../../support/clients';
import { KEY, OTHER_KEY } from '../../support/mint';

const NOW = Date.parse('2026-03-01T12:00:00.250Z');
const clock = () => NOW;

describe('a client with valid credentials', () => {
  test.each(['get', 'post'] as const)('gets a token by %s', async (method) => {
    const res = await request(testApp())
      [method]('/auth/jwt')
      .set('client-id', 'reports')
      .set('client-secret', SECRET);
    expect(res.status).toBe(200);
    expect(res.body).toEqual({ token_type: 'Bearer', expires_in: 3600 });
    expect(res.headers.authorization).toMatch(
      /^Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\.[\w-]+\.[\w-]+$/,
    );
  });

  test('gets a token by HEAD too, without a body', async () => {
    const res = await request(testApp())
      .head('/auth/jwt')
      .set('client-id', 'reports')
      .set('client-secret', SECRET);
    expect([res.status, res.text]).toEqual([200, undefined]);
    expect(tokenOf(res)).not.toBe('');
  });

  test('gets a token with the documented claims, valid for an hour', async () => {
    const res = await getToken(
      testApp({ clock, issuer: 'https://api.example', audience: ['a', 'b'] }),
    );
    const iat = Math.floor(NOW / 1000);
    expect(jsonwebtoken.verify(tokenOf(res), KEY, { clockTimestamp: iat })).toEqual({
      iss: 'https://api.example',
      sub: 'reports',
      aud: ['a', 'b'],
      client_id: 'reports',
      scope: 'reports:read reports:write',
      iat,
      exp: iat + 3600,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  });

  test('gets no scope, issuer or audience if none is configured', async () => {
    const res = await getToken(
      testApp({ verifier: bcryptVerifier([reports({ scopes: undefined })]) }),
    );
    const claims = jsonwebtoken.decode(tokenOf(res), { json: true });
    expect(Object.keys(claims ?? {}).sort()).toEqual(['client_id', 'exp', 'iat', 'jti', 'sub']);
  });

  test('gets a different jti with each token', async () => {
    const app = testApp();
    const tokens = await Promise.all(
      Array.from({ length: 20 }, async () => tokenOf(await getToken(app))),
    );
    expect(
      new Set(tokens.map((token) => jsonwebtoken.decode(token, { json: true })?.jti)).size,
    ).toBe(20);
  });

  test('gets its own lifetime and claims, which never replace registered claims', async () => {
    const claims = {
      tenant: 7,
      sub: 'admin',
      iss: 'me',
      aud: 'you',
      exp: 9e9,
      nbf: 9e9,
      iat: 1,
      jti: 'x',
      client_id: 'y',
      scope: 'z',
    };
    const verifier = bcryptVerifier([reports({ expiresInSeconds: 60, claims, scopes: null })]);
    const res = await getToken(testApp({ verifier }));
    expect(res.body).toEqual({ token_type: 'Bearer', expires_in: 60 });
    const decoded = jsonwebtoken.decode(tokenOf(res), { json: true });
    expect(decoded).toMatchObject({ tenant: 7, sub: 'reports', client_id: 'reports' });
    expect(Object.keys(decoded ?? {}).sort()).toEqual([
      'client_id',
      'exp',
      'iat',
      'jti',
      'sub',
      'tenant',
    ]);
    expect((decoded?.exp ?? 0) - (decoded?.iat ?? 0)).toBe(60);
  });

  test('gets a kid in the header if the key has one', async () => {
    const res = await getToken(testApp({ keys: [{ key: OTHER_KEY, kid: '2026-11' }, KEY] }));
    expect(jsonwebtoken.decode(tokenOf(res), { complete: true })?.header).toEqual({
      alg: 'HS256',
      typ: 'JWT',
      kid: '2026-11',
    });
  });

  test('can use any of several working secrets, and no expired one', async () => {
    const secrets = [
      { hash: HASH, expiresAt: new Date(NOW) },
      { hash: OTHER_HASH, expiresAt: '2026-03-01T12:00:00.251Z' },
    ];
    const app = testApp({ clock, verifier: bcryptVerifier([reports({ secrets })], { clock }) });
    expect((await getToken(app, 'reports', OTHER_SECRET)).status).toBe(200);
    expectNoToken(await getToken(app), 403, 'invalid_client');
  });

  test('never gets a 304 response or an ETag, regardless of conditional headers', async () => {
    const res = await getToken(testApp())
      .set('If-None-Match', '*')
      .set('If-Modified-Since', new Date().toUTCString());
    expect(res.status).toBe(200);
    expect(res.headers.etag).toBeUndefined();
    expect(res.headers).toMatchObject({
      'cache-control': 'no-store',
      pragma: 'no-cache',
      vary: 'client-id, client-secret',
    });
  });

  test('needs no body, and a request body is ignored', async () => {
    const res = await request(testApp())
      .post('/auth/jwt')
      .set('client-id', 'reports')
      .set('client-secret', SECRET)
      .send('{"broken');
    expect(res.status).toBe(200);
  });
});

describe('the response for browsers and gateways', () => {
  test("lists Authorization in Access-Control-Expose-Headers beside the app's headers", async () => {
    const app = express();
    app.use((_req, res, next) => {
      res.setHeader('Access-Control-Expose-Headers', 'X-Total');
      res.setHeader('Vary', 'Origin');
      next();
    });
    app.use(testAuth({ exposeToken: true }));
    const res = await getToken(app);
    expect(res.headers['access-control-expose-headers']).toBe('X-Total, Authorization');
    expect(res.headers.vary).toBe('Origin, client-id, client-secret');
  });

  test('exposes no header and has no token in the body by default', async () => {
    const res = await getToken(testApp());
    expect(res.headers['access-control-expose-headers']).toBeUndefined();
    expect(res.body).not.toHaveProperty('access_token');
  });

  test('has the token also in the body with tokenInBody', async () => {
    const res = await getToken(testApp({ tokenInBody: true }));
    expect(res.body).toEqual({
      access_token: tokenOf(res),
      token_type: 'Bearer',
      expires_in: 3600,
    });
  });

  test('has no ETag although the app sets one', async () => {
    const app = express();
    app.use((_req, res, next) => {
      res.setHeader('ETag', '"x"');
      next();
    });
    app.use(testAuth());
    expect((await getToken(app)).headers.etag).toBeUndefined();
  });
});

describe('the path of the token route', () => {
  const cases: [string, (app: express.Express) => void, string][] = [
    ['under a mount path', (app) => app.use('/v1', testAuth()), '/v1/auth/jwt'],
    [
      'on a sub-router',
      (app) => app.use('/api', express.Router().use('/inner', testAuth())),
      '/api/inner/auth/jwt',
    ],
    ['at a configured path', (app) => app.use(testAuth({ path: '/oauth/Token' })), '/oauth/token'],
    [
      'in another case and with a trailing slash, as Express matches',
      (app) => app.use(testAuth()),
      '/Auth/JWT/',
    ],
    ['with a query', (app) => app.use(testAuth()), '/auth/jwt?x=1'],
  ];

  test.each(cases)('the token route works %s', async (_title, mount, path) => {
    const app = express();
    mount(app);
    expect((await getToken(app, 'reports', SECRET, path)).status).toBe(200);
  });

  test.each(['/auth/jwt/x', '/auth/jwtx', '/auth', '/auth/jw', '/v1/auth/jwt', '/auth//jwt'])(
    'there is no token route at %s',
    async (path) => {
      expect((await getToken(testApp(), 'reports', SECRET, path)).status).toBe(404);
    },
  );

  test('two instances in one app have their own keys and clients', async () => {
    const app = express();
    const other = reports({ clientId: 'other', secrets: [{ hash: OTHER_HASH }] });
    app.use('/a', testAuth());
    app.use('/b', testAuth({ keys: OTHER_KEY, verifier: bcryptVerifier([other]) }));
    const [a, b] = [
      await getToken(app, 'reports', SECRET, '/a/auth/jwt'),
      await getToken(app, 'other', OTHER_SECRET, '/b/auth/jwt'),
    ];
    expect(jsonwebtoken.verify(tokenOf(a), KEY)).toMatchObject({ sub: 'reports' });
    expect(jsonwebtoken.verify(tokenOf(b), OTHER_KEY)).toMatchObject({ sub: 'other' });
    expect((await getToken(app, 'reports', SECRET, '/b/auth/jwt')).status).toBe(403);
  });

  test.each(['put', 'delete', 'patch'] as const)(
    'rejects %s and lists the supported methods',
    async (method) => {
      const res = await request(testApp())
        [method]('/auth/jwt')
        .set('client-id', 'reports')
        .set('client-secret', SECRET);
      expectNoToken(res, 405, 'invalid_request');
      expect(res.headers.allow).toBe('GET, HEAD, POST');
    },
  );

  test('leaves OPTIONS requests to the app', async () => {
    const app = express();
    app.use(testAuth());
    app.options('/auth/jwt', (_req, res) => {
      res.set('Access-Control-Allow-Headers', 'client-id, client-secret').status(204).end();
    });
    const res = await request(app).options('/auth/jwt');
    expect([res.status, res.headers['access-control-allow-headers']]).toEqual([
      204,
      'client-id, client-secret',
    ]);
  });
});
