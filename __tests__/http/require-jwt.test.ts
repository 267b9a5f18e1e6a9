import express, { type ErrorRequestHandler } from 'express';
import {
  bcryptVerifier,
  getJwt,
  requireJwt,
  type JwtAuthError,
  type VerifiedJwt,
} from 'express-client-jwt';
import request from 'supertest';

import {
  callGuarded,
  expectChallenge,
  getToken,
  invalidToken,
  testApp,
  testAuth,
  tokenOf,
} from '../support/app';
import { reports } from '../support/clients';
import { claimsOf, mint, OTHER_KEY, seconds } from '../support/mint';
import { listen, rawRequest, statusOf } from '../support/raw-http';

const NOW = Date.parse('2026-03-01T12:00:00.250Z');
const BEARER_MALFORMED = {
  error: 'invalid_request',
  code: 'ERR_BEARER_MALFORMED',
} as const;

describe('a valid token', () => {
  test('a valid token lets the request through, and the handler gets the client and the route parameters', async () => {
    const app = testApp();
    const res = await callGuarded(app, tokenOf(await getToken(app)));
    expect([res.status, res.body]).toEqual([200, { id: '7', clientId: 'reports' }]);
  });

  test('a valid token is accepted with the scheme in any case', async () => {
    const res = await request(testApp()).get('/guarded/7').set('Authorization', `bEaReR ${mint()}`);
    expect(res.status).toBe(200);
  });

  test('the handler gets every claim of a token, deeply frozen', async () => {
    let jwt: VerifiedJwt | undefined;
    const app = express();
    app.use(testAuth({ verifier: bcryptVerifier([reports({ scopes: ['a', 'b'] })]) }));
    app.get('/', requireJwt(), (req, res) => {
      jwt = req.jwt;
      res.end();
    });
    const token = mint({ scope: 'a b', roles: [{ name: 'x' }] });
    await request(app).get('/').set('Authorization', `Bearer ${token}`);
    expect(jwt).toEqual({
      clientId: 'reports',
      scopes: ['a', 'b'],
      claims: claimsOf({ scope: 'a b', roles: [{ name: 'x' }] }),
    });
    expect(jwt?.token).toBe(token);
    const parts = [
      jwt,
      jwt?.claims,
      jwt?.scopes,
      jwt?.claims.roles,
      (jwt?.claims.roles as object[])[0],
    ];
    expect(parts.every(Object.isFrozen)).toBe(true);
  });

  test('logging req.jwt does not show the token', async () => {
    const shown: string[] = [];
    const app = express();
    app.use(testAuth());
    app.get('/', requireJwt(), (req, res) => {
      shown.push(JSON.stringify(req.jwt), Object.values(getJwt(req)).join());
      res.end();
    });
    const token = mint();
    await request(app).get('/').set('Authorization', `Bearer ${token}`);
    expect(shown).toHaveLength(2);
    expect(shown.join()).not.toContain(token);
  });

  test('a token is refused once it has expired, although it was accepted before', async () => {
    let now = NOW;
    const app = testApp({ clock: () => now });
    const token = mint({ iat: seconds(NOW), exp: seconds(NOW) + 10 });
    expect((await callGuarded(app, token)).status).toBe(200);
    now = (seconds(NOW) + 10) * 1000 - 1;
    expect((await callGuarded(app, token)).status).toBe(200);
    now += 1;
    expectChallenge(await callGuarded(app, token), 401, invalidToken('ERR_TOKEN_EXPIRED'));
  });

  test('a valid token is accepted for every request on one connection, and an invalid one after it is refused', async () => {
    const port = await listen(testApp());
    const lines = (token: string) => [`Authorization: Bearer ${token}`];
    expect(statusOf(await rawRequest(port, 'GET /guarded/7 HTTP/1.1', lines(mint())))).toBe(200);
    expect(
      statusOf(await rawRequest(port, 'GET /guarded/7 HTTP/1.1', lines(mint({}, {}, OTHER_KEY)))),
    ).toBe(401);
  });
});

describe('requireJwt with scope', () => {
  const token = mint({ scope: 'a b' });
  // Its record has no scopes, so only the token counts.
  const unnamed = () => ({ verifier: bcryptVerifier([reports({ scopes: undefined })]) });

  test.each(['a', 'a b', ['b', 'a'], ['a']])(
    'accepts a token with the scope "a b" if %j is required',
    async (scope) => {
      expect((await callGuarded(testApp(unnamed(), { scope }), token)).status).toBe(200);
    },
  );

  test.each([
    ['c', 'c'],
    ['a c', 'a c'],
    [['c', 'd'], 'c d'],
    ['A', 'A'],
  ])(
    'refuses a token with the scope "a b" if %j is required, and the challenge names it',
    async (scope, named) => {
      expectChallenge(await callGuarded(testApp({}, { scope }), token), 403, {
        error: 'insufficient_scope',
        code: 'ERR_INSUFFICIENT_SCOPE',
        scope: named,
      });
    },
  );

  test('copies the scopes, so that emptying the array has no effect', async () => {
    const scope = ['c'];
    const app = testApp({}, { scope });
    scope.length = 0;
    expect((await callGuarded(app, token)).status).toBe(403);
  });

  test('refuses a token without a scope', async () => {
    expect((await callGuarded(testApp({}, { scope: 'a' }), mint())).status).toBe(403);
  });

  test('an invalid token still gets a 401 response', async () => {
    expect((await callGuarded(testApp({}, { scope: 'c' }), mint({ exp: 1 }))).status).toBe(401);
  });
});

describe('requireJwt with optional', () => {
  const app = () => testApp({}, { optional: true });

  test.each([undefined, 'Basic abc'])(
    'lets a request without a token through (Authorization: %s)',
    async (header) => {
      const call = request(app()).get('/guarded/7');
      const res = await (header ? call.set('Authorization', header) : call);
      expect([res.status, res.body]).toEqual([200, { id: '7', clientId: null }]);
    },
  );

  test('sets req.jwt to undefined if there is no token, regardless of its earlier value', async () => {
    const app = express();
    app.use((req, _res, next) => {
      req.jwt = { clientId: 'somebody' } as VerifiedJwt;
      next();
    });
    app.use(testApp({}, { optional: true }));
    expect((await request(app).get('/guarded/7')).body).toEqual({ id: '7', clientId: null });
  });

  test('sets req.jwt for a valid token', async () => {
    expect((await callGuarded(app(), mint())).body).toEqual({ id: '7', clientId: 'reports' });
  });

  test('still refuses an invalid token and a malformed header', async () => {
    expect((await callGuarded(app(), mint({ exp: 1 }))).status).toBe(401);
    expectChallenge(await callGuarded(app(), 'a b'), 400, BEARER_MALFORMED);
  });
});

describe("requireJwt with errors: 'next'", () => {
  test("passes a refusal to the app's error handler, with the challenge", async () => {
    const app = testApp({ errors: 'next' });
    app.use(((error: JwtAuthError, _req, res, _next) => {
      res.status(error.status).set(error.headers).json({ mine: error.code });
    }) as ErrorRequestHandler);
    const res = await request(app).get('/guarded/7');
    expect([res.status, res.body]).toEqual([401, { mine: 'ERR_TOKEN_MISSING' }]);
    expect(res.headers['www-authenticate']).toBe('Bearer realm="api"');
  });
});

describe('getJwt', () => {
  test('throws a TypeError that names the missing guard', () => {
    expect(() => getJwt({})).toThrow(
      new TypeError(
        'getJwt(): the request has no verified token. Add requireJwt() before the handler; behind optional: true, read req.jwt.',
      ),
    );
  });
});
