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
  test('lets the request through, and the handler knows the client and the parameters', async () => {
    const app = testApp();
    const res = await callGuarded(app, tokenOf(await getToken(app)));
    expect([res.status, res.body]).toEqual([200, { id: '7', clientId: 'reports' }]);
  });

  test('may come with the scheme in any case', async () => {
    const res = await request(testApp()).get('/guarded/7').set('Authorization', `bEaReR ${mint()}`);
    expect(res.status).toBe(200);
  });

  test('gives the handler everything it says, frozen to the bottom', async () => {
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

  test('is not shown by a log of req.jwt', async () => {
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

  test('is judged anew each time: a token seen before is refused once it has expired', async () => {
    let now = NOW;
    const app = testApp({ clock: () => now });
    const token = mint({ iat: seconds(NOW), exp: seconds(NOW) + 10 });
    expect((await callGuarded(app, token)).status).toBe(200);
    now = (seconds(NOW) + 10) * 1000 - 1;
    expect((await callGuarded(app, token)).status).toBe(200);
    now += 1;
    expectChallenge(await callGuarded(app, token), 401, invalidToken('ERR_TOKEN_EXPIRED'));
  });

  test('works for every request on one connection alike, and a bad one after it is refused', async () => {
    const port = await listen(testApp());
    const lines = (token: string) => [`Authorization: Bearer ${token}`];
    expect(statusOf(await rawRequest(port, 'GET /guarded/7 HTTP/1.1', lines(mint())))).toBe(200);
    expect(
      statusOf(await rawRequest(port, 'GET /guarded/7 HTTP/1.1', lines(mint({}, {}, OTHER_KEY)))),
    ).toBe(401);
  });
});

describe('scope', () => {
  const token = mint({ scope: 'a b' });
  // Its record names no scopes, so the token alone counts.
  const unnamed = () => ({ verifier: bcryptVerifier([reports({ scopes: undefined })]) });

  test.each(['a', 'a b', ['b', 'a'], ['a']])('%j is met by a token with "a b"', async (scope) => {
    expect((await callGuarded(testApp(unnamed(), { scope }), token)).status).toBe(200);
  });

  test.each([
    ['c', 'c'],
    ['a c', 'a c'],
    [['c', 'd'], 'c d'],
    ['A', 'A'],
  ])('%j is not, and the challenge names it', async (scope, named) => {
    expectChallenge(await callGuarded(testApp({}, { scope }), token), 403, {
      error: 'insufficient_scope',
      code: 'ERR_INSUFFICIENT_SCOPE',
      scope: named,
    });
  });

  test('is copied: emptying the list opens nothing', async () => {
    const scope = ['c'];
    const app = testApp({}, { scope });
    scope.length = 0;
    expect((await callGuarded(app, token)).status).toBe(403);
  });

  test('is not met by a token without one', async () => {
    expect((await callGuarded(testApp({}, { scope: 'a' }), mint())).status).toBe(403);
  });

  test('an invalid token stays 401', async () => {
    expect((await callGuarded(testApp({}, { scope: 'c' }), mint({ exp: 1 }))).status).toBe(401);
  });
});

describe('optional', () => {
  const app = () => testApp({}, { optional: true });

  test.each([undefined, 'Basic abc'])(
    'lets a request without a token through (Authorization: %s)',
    async (header) => {
      const call = request(app()).get('/guarded/7');
      const res = await (header ? call.set('Authorization', header) : call);
      expect([res.status, res.body]).toEqual([200, { id: '7', clientId: null }]);
    },
  );

  test('has no client without a token, whatever req.jwt was before', async () => {
    const app = express();
    app.use((req, _res, next) => {
      req.jwt = { clientId: 'somebody' } as VerifiedJwt;
      next();
    });
    app.use(testApp({}, { optional: true }));
    expect((await request(app).get('/guarded/7')).body).toEqual({ id: '7', clientId: null });
  });

  test('knows the client of a good token', async () => {
    expect((await callGuarded(app(), mint())).body).toEqual({ id: '7', clientId: 'reports' });
  });

  test('still refuses a bad token and a malformed header', async () => {
    expect((await callGuarded(app(), mint({ exp: 1 }))).status).toBe(401);
    expectChallenge(await callGuarded(app(), 'a b'), 400, BEARER_MALFORMED);
  });
});

describe("errors: 'next'", () => {
  test('hands a refusal to the error handler of the app, with the challenge', async () => {
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
