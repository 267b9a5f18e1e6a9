import { invalidToken } from '../support/app';
import { generateKeyPairSync } from 'node:crypto';

import express from 'express';
import { requireJwt } from 'express-client-jwt';
import request from 'supertest';

import { callGuarded, expectChallenge, recorder, testApp, testAuth } from '../support/app';
import { base64url, KEY, mint, mintRaw, OTHER_KEY, seconds } from '../support/mint';
import { listen, rawRequest, statusOf } from '../support/raw-http';

const NOW = Date.parse('2026-03-01T12:00:00.250Z');
const clock = () => NOW;
const BEARER_MALFORMED = {
  error: 'invalid_request',
  description: 'Send one Authorization header: Bearer, a space, and the token.',
};

describe('no token', () => {
  test.each([
    ['no Authorization header', undefined],
    ['an empty one', ''],
    ['another scheme', `Basic ${base64url('reports:secret')}`],
  ])(
    '%s is answered 401 with a challenge that has no error in it (RFC 6750 §3.1)',
    async (_title, header) => {
      const call = request(testApp()).get('/guarded/7');
      const res = await (header === undefined ? call : call.set('Authorization', header));
      expectChallenge(res, 401);
      expect(res.body).toEqual({
        error: 'unauthorized',
        error_description: 'Send a token in the Authorization header: Bearer <token>.',
      });
    },
  );

  test('a token in query, body or cookie is none', async () => {
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

  test('the challenge names the realm of the options', async () => {
    expectChallenge(await request(testApp({ realm: 'the reports' })).get('/guarded/7'), 401, {
      realm: 'the reports',
    });
  });
});

describe('a malformed Authorization header is answered 400', () => {
  const token = mint();
  test.each([
    ['two headers', [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`]],
    [
      'a second one of another scheme',
      [`Authorization: Bearer ${token}`, 'authorization: Basic abc'],
    ],
    ['no token', ['Authorization: Bearer']],
    ['something after the token', [`Authorization: Bearer ${token} x`]],
    ['a parameter after the token', [`Authorization: Bearer ${token}, realm="x"`]],
    ['a character outside token68', [`Authorization: Bearer ${token}"`]],
  ])('%s', async (_title, lines) => {
    const answer = await rawRequest(await listen(testApp()), 'GET /guarded/7 HTTP/1.1', lines);
    expect(statusOf(answer)).toBe(400);
    const { error, description } = BEARER_MALFORMED;
    expect(answer).toContain(
      `WWW-Authenticate: Bearer realm="api", error="${error}", error_description="${description}"`,
    );
  });
});

describe('an invalid token is answered 401', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const now = seconds(NOW);
  const good = { iat: now, exp: now + 60 };
  const options = { clock, issuer: 'us', audience: ['here', 'there'] };
  const ok = { ...good, iss: 'us', aud: 'here' };
  const header = JSON.stringify({ alg: 'HS256', typ: 'JWT' });

  const cases: [string, string, string][] = [
    ['another key', mint(ok, {}, OTHER_KEY), 'The signature of the token is not valid.'],
    ['no signature', mint(ok).replace(/[^.]*$/, ''), 'The token is not a well-formed JWT.'],
    ['alg none', mint(ok, { alg: 'none' }), 'The algorithm of the token is not accepted.'],
    [
      'HS512 where the key is for HS256',
      mint(ok, { alg: 'HS512' }),
      'The algorithm of the token is not accepted.',
    ],
    [
      'RS256 by a key of its own',
      mint(ok, { alg: 'RS256' }, rsa.privateKey),
      'The algorithm of the token is not accepted.',
    ],
    ['an unknown kid', mint(ok, { kid: 'x' }), 'The key of the token is not known.'],
    ['a kid that is no string', mint(ok, { kid: 7 }), 'The key of the token is not known.'],
    ['crit', mint(ok, { crit: ['exp'] }), 'The token demands an extension that is not supported.'],
    ['b64', mint(ok, { b64: false }), 'The token demands an extension that is not supported.'],
    ['typ at+jwt', mint(ok, { typ: 'at+jwt' }), 'The type of the token is not JWT.'],
    ['typ null', mint(ok, { typ: null }), 'The type of the token is not JWT.'],
    [
      'no exp',
      mint({ ...ok, exp: undefined }),
      'The token lacks a claim, or has one of a wrong kind.',
    ],
    [
      'no iat',
      mint({ ...ok, iat: undefined }),
      'The token lacks a claim, or has one of a wrong kind.',
    ],
    [
      'no sub',
      mint({ ...ok, sub: undefined }),
      'The token lacks a claim, or has one of a wrong kind.',
    ],
    [
      'exp as a string',
      mint({ ...ok, exp: String(now + 60) }),
      'The token lacks a claim, or has one of a wrong kind.',
    ],
    [
      'another client_id than sub',
      mint({ ...ok, client_id: 'admin' }),
      'The token lacks a claim, or has one of a wrong kind.',
    ],
    ['an array as claims', mintRaw(header, '[]'), 'The token is not a well-formed JWT.'],
    ['null as claims', mintRaw(header, 'null'), 'The token is not a well-formed JWT.'],
    ['claims that are no JSON', mintRaw(header, '{'), 'The token is not a well-formed JWT.'],
    ['expired this very millisecond', mint({ ...ok, exp: NOW / 1000 }), 'The token has expired.'],
    ['not yet valid', mint({ ...ok, nbf: now + 1 }), 'The token is not valid yet.'],
    ['another issuer', mint({ ...ok, iss: 'them' }), 'The issuer of the token is not accepted.'],
    ['no issuer', mint({ ...ok, iss: undefined }), 'The issuer of the token is not accepted.'],
    [
      'another audience',
      mint({ ...ok, aud: 'elsewhere' }),
      'The token is meant for another audience.',
    ],
    [
      'an audience that begins like ours',
      mint({ ...ok, aud: 'here2' }),
      'The token is meant for another audience.',
    ],
    ['no audience', mint({ ...ok, aud: undefined }), 'The token is meant for another audience.'],
    [
      'a client that is unknown',
      mint({ ...ok, sub: 'nobody', client_id: undefined }),
      'The client of the token is not active.',
    ],
    ['three dots', `${mint(ok)}.x`, 'The token is not a well-formed JWT.'],
    ['one part', 'abc', 'The token is not a well-formed JWT.'],
  ];

  test.each(cases)('%s', async (_title, token, description) => {
    const { events, onEvent } = recorder();
    const res = await callGuarded(testApp({ ...options, onEvent }), token);
    expectChallenge(res, 401, invalidToken(description));
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
    ['from this moment on', { ...ok, nbf: now }, {}],
    ['issued in the future by a clock that is ahead', { ...ok, iat: now + 5 }, {}],
  ])('while one %s is good', async (_title, claims, header) => {
    expect((await callGuarded(testApp(options), mint(claims, header))).status).toBe(200);
  });

  test('and one for an audience, where the app has none (RFC 7519 §4.1.3)', async () => {
    expectChallenge(
      await callGuarded(testApp(), mint({ aud: 'x' })),
      401,
      invalidToken('The token is meant for another audience.'),
    );
  });

  test('tells an event what is known of the token once its signature is good', async () => {
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
