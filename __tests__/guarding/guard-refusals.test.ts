import { invalidToken, refusalBody } from '../support/app';
import { generateKeyPairSync } from 'node:crypto';

import express from 'express';
import { requireJwt, type JwtAuthErrorCode } from 'express-client-jwt';
import request from 'supertest';

import { callGuarded, expectChallenge, recorder, testApp, testAuth } from '../support/app';
import { base64url, KEY, mint, mintRaw, OTHER_KEY, seconds } from '../support/mint';
import { listen, rawRequest, statusOf } from '../support/raw-http';

const NOW = Date.parse('2026-03-01T12:00:00.250Z');
const clock = () => NOW;

describe('a request without a token', () => {
  test.each([
    ['no Authorization header', undefined],
    ['an empty Authorization header', ''],
    ['another scheme', `Basic ${base64url('reports:secret')}`],
  ])(
    '%s gets a 401 response with a challenge that has no error code (RFC 6750 §3.1)',
    async (_title, header) => {
      const call = request(testApp()).get('/guarded/7');
      const res = await (header === undefined ? call : call.set('Authorization', header));
      expectChallenge(res, 401);
      expect(res.body).toEqual(refusalBody('unauthorized', 'ERR_TOKEN_MISSING'));
    },
  );

  test('ignores a token in the query, body or cookie', async () => {
    const app = express();
    app.use(express.urlencoded());
    app.use(testAuth());
    app.post('/', requireJwt(), (_req, res) => {
      res.end();
    });
    const token = mint();
    const res = await request(app)
      .post(`/?access_token=${token}`)
      .set('Cookie', `access_token=${token}`)
      .send(`access_token=${token}`);
    expectChallenge(res, 401);
  });

  test('the challenge contains the configured realm', async () => {
    expectChallenge(await request(testApp({ realm: 'the reports' })).get('/guarded/7'), 401, {
      realm: 'the reports',
    });
  });
});

describe('a malformed Authorization header gets a 400 response', () => {
  const token = mint();
  test.each([
    ['two headers', [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`]],
    [
      'a second header of another scheme',
      [`Authorization: Bearer ${token}`, 'authorization: Basic abc'],
    ],
    ['a header without a token', ['Authorization: Bearer']],
    ['something after the token', [`Authorization: Bearer ${token} x`]],
    ['a parameter after the token', [`Authorization: Bearer ${token}, realm="x"`]],
    ['a character outside token68', [`Authorization: Bearer ${token}"`]],
  ])('refuses %s', async (_title, lines) => {
    const answer = await rawRequest(await listen(testApp()), 'GET /guarded/7 HTTP/1.1', lines);
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('WWW-Authenticate: Bearer realm="api", error="invalid_request", ');
    expect(answer).toContain('"code":"ERR_BEARER_MALFORMED"');
  });
});

describe('an invalid token gets a 401 response', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const now = seconds(NOW);
  const good = { iat: now, exp: now + 60 };
  const options = { clock, issuer: 'us', audience: ['here', 'there'] };
  const ok = { ...good, iss: 'us', aud: 'here' };
  const header = JSON.stringify({ alg: 'HS256', typ: 'JWT' });

  const cases: [string, string, JwtAuthErrorCode][] = [
    ['another key', mint(ok, {}, OTHER_KEY), 'ERR_TOKEN_SIGNATURE'],
    ['an empty signature', mint(ok).replace(/[^.]*$/, ''), 'ERR_TOKEN_MALFORMED'],
    ['alg none', mint(ok, { alg: 'none' }), 'ERR_TOKEN_ALGORITHM'],
    ['alg HS512 if the key is for HS256', mint(ok, { alg: 'HS512' }), 'ERR_TOKEN_ALGORITHM'],
    [
      'alg RS256 and a signature by another key',
      mint(ok, { alg: 'RS256' }, rsa.privateKey),
      'ERR_TOKEN_ALGORITHM',
    ],
    ['an unknown kid', mint(ok, { kid: 'x' }), 'ERR_TOKEN_KEY'],
    ['a kid that is no string', mint(ok, { kid: 7 }), 'ERR_TOKEN_KEY'],
    ['crit', mint(ok, { crit: ['exp'] }), 'ERR_TOKEN_CRITICAL'],
    ['b64', mint(ok, { b64: false }), 'ERR_TOKEN_CRITICAL'],
    ['typ at+jwt', mint(ok, { typ: 'at+jwt' }), 'ERR_TOKEN_TYPE'],
    ['typ null', mint(ok, { typ: null }), 'ERR_TOKEN_TYPE'],
    ['no exp', mint({ ...ok, exp: undefined }), 'ERR_TOKEN_CLAIMS'],
    ['no iat', mint({ ...ok, iat: undefined }), 'ERR_TOKEN_CLAIMS'],
    ['no sub', mint({ ...ok, sub: undefined }), 'ERR_TOKEN_CLAIMS'],
    ['exp as a string', mint({ ...ok, exp: String(now + 60) }), 'ERR_TOKEN_CLAIMS'],
    ['another client_id than sub', mint({ ...ok, client_id: 'admin' }), 'ERR_TOKEN_CLAIMS'],
    ['an array as claims', mintRaw(header, '[]'), 'ERR_TOKEN_MALFORMED'],
    ['null as claims', mintRaw(header, 'null'), 'ERR_TOKEN_MALFORMED'],
    ['claims that are no JSON', mintRaw(header, '{'), 'ERR_TOKEN_MALFORMED'],
    ['an exp of this millisecond', mint({ ...ok, exp: NOW / 1000 }), 'ERR_TOKEN_EXPIRED'],
    ['an nbf in the future', mint({ ...ok, nbf: now + 1 }), 'ERR_TOKEN_NOT_YET_VALID'],
    ['another issuer', mint({ ...ok, iss: 'them' }), 'ERR_TOKEN_ISSUER'],
    ['no issuer', mint({ ...ok, iss: undefined }), 'ERR_TOKEN_ISSUER'],
    ['another audience', mint({ ...ok, aud: 'elsewhere' }), 'ERR_TOKEN_AUDIENCE'],
    ['an audience of which ours is a prefix', mint({ ...ok, aud: 'here2' }), 'ERR_TOKEN_AUDIENCE'],
    ['no audience', mint({ ...ok, aud: undefined }), 'ERR_TOKEN_AUDIENCE'],
    ['an unknown client', mint({ ...ok, sub: 'nobody', client_id: undefined }), 'ERR_TOKEN_CLIENT'],
    ['four parts', `${mint(ok)}.x`, 'ERR_TOKEN_MALFORMED'],
    ['only one part', 'abc', 'ERR_TOKEN_MALFORMED'],
  ];

  test.each(cases)('refuses a token with %s', async (_title, token, code) => {
    const { events, onEvent } = recorder();
    const res = await callGuarded(testApp({ ...options, onEvent }), token);
    expectChallenge(res, 401, invalidToken(code));
    expect(events).toEqual([
      expect.objectContaining({
        type: 'jwt.refused',
        code: expect.stringMatching(/^ERR_TOKEN_/) as string,
      }),
    ]);
  });

  test.each([
    ['with one of the audiences', { ...ok, aud: ['x', 'there'] }, {}],
    ['without typ', ok, { typ: undefined }],
    ['without client_id and jti', { ...ok, client_id: undefined, jti: undefined }, {}],
    ['that is valid from this second on', { ...ok, nbf: now }, {}],
    ['with an iat in the future', { ...ok, iat: now + 5 }, {}],
  ])('accepts a token %s', async (_title, claims, header) => {
    expect((await callGuarded(testApp(options), mint(claims, header))).status).toBe(200);
  });

  test('refuses a token with an audience if the app has none (RFC 7519 §4.1.3)', async () => {
    expectChallenge(
      await callGuarded(testApp(), mint({ aud: 'x' })),
      401,
      invalidToken('ERR_TOKEN_AUDIENCE'),
    );
  });

  test('the event contains the facts of a token if its signature is valid', async () => {
    const { events, onEvent } = recorder();
    const app = testApp({ onEvent, keys: { key: KEY, kid: 'k1' } });
    await callGuarded(app, mint({ exp: seconds() - 1 }, { kid: 'k1' }));
    await callGuarded(app, mint({ exp: seconds() - 1 }, { kid: 'k1' }, OTHER_KEY));
    const common = {
      type: 'jwt.refused',
      address: expect.stringContaining('127.0.0.1') as string,
      durationMs: expect.any(Number) as number,
    };
    expect(events).toEqual([
      { ...common, code: 'ERR_TOKEN_EXPIRED', clientId: 'reports', jti: 'a-token', kid: 'k1' },
      {
        ...common,
        code: 'ERR_TOKEN_SIGNATURE',
        clientId: undefined,
        jti: undefined,
        kid: undefined,
      },
    ]);
  });
});
