/** RFC 6750: The OAuth 2.0 Authorization Framework: Bearer Token Usage. */
import request from 'supertest';

import { callGuarded, expectChallenge, invalidToken, testApp } from '../support/app';
import { mint } from '../support/mint';
import { listen, rawRequest, statusOf } from '../support/raw-http';

const token = mint({ scope: 'a' });

describe('§2.1: credentials = "Bearer" 1*SP b64token', () => {
  test.each([`Bearer ${token}`, `bearer ${token}`, `Bearer  ${token}`])(
    'accepts %j',
    async (header) => {
      expect((await request(testApp()).get('/guarded/7').set('Authorization', header)).status).toBe(
        200,
      );
    },
  );

  test.each([
    'Bearer',
    `Bearer ${token} `.concat('x'),
    `Bearer ${token},${token}`,
    `Bearer =${token}`,
    `Bearer ${token}\\`,
  ])('rejects %j as malformed', async (header) => {
    expect((await request(testApp()).get('/guarded/7').set('Authorization', header)).status).toBe(
      400,
    );
  });
});

describe('§2.2 and §2.3: resource servers need not support the form-encoded body and the query', () => {
  test('a token in the query is ignored', async () => {
    expectChallenge(await request(testApp()).get(`/guarded/7?access_token=${token}`), 401);
  });

  test('a token in the query beside one in the header is ignored', async () => {
    const res = await request(testApp())
      .get('/guarded/7?access_token=other')
      .set('Authorization', `Bearer ${token}`);
    expect(res.status).toBe(200);
  });
});

describe('§3: the WWW-Authenticate response header field', () => {
  test('"MUST include the HTTP WWW-Authenticate response header field" without credentials and with a token that does not enable access', async () => {
    expectChallenge(await request(testApp()).get('/guarded/7'), 401);
    expectChallenge(await callGuarded(testApp(), 'x'), 401, invalidToken('ERR_TOKEN_MALFORMED'));
  });

  test('"MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E" in error and error_description', async () => {
    for (const bad of ['x', mint({ exp: 1 }), mint({}, { kid: '"\\\u00e9\r\n' })]) {
      const challenge = String((await callGuarded(testApp(), bad)).headers['www-authenticate']);
      expect(challenge.replaceAll('"', '')).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    }
  });

  test('the challenge contains no part of the token or of the URL', async () => {
    const port = await listen(testApp());
    const answer = await rawRequest(port, 'GET /guarded/my-own-mark?my-own-mark HTTP/1.1', [
      'Authorization: Bearer my-own-mark',
    ]);
    expect(statusOf(answer)).toBe(401);
    expect(answer).not.toContain('my-own-mark');
  });
});

describe('§3.1: error codes', () => {
  test('"If the request lacks any authentication information, the resource server SHOULD NOT include an error code"', async () => {
    expectChallenge(await request(testApp()).get('/guarded/7'), 401);
    expectChallenge(
      await request(testApp()).get('/guarded/7').set('Authorization', 'Basic abc'),
      401,
    );
  });

  test('invalid_request: "uses more than one method for including an access token" gets a 400 response', async () => {
    const lines = [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`];
    expect(
      statusOf(await rawRequest(await listen(testApp()), 'GET /guarded/7 HTTP/1.1', lines)),
    ).toBe(400);
  });

  test('invalid_token: "expired, revoked, malformed, or invalid for other reasons" gets a 401 response', async () => {
    expectChallenge(
      await callGuarded(testApp(), mint({ exp: 1 })),
      401,
      invalidToken('ERR_TOKEN_EXPIRED'),
    );
  });

  test('insufficient_scope gets a 403 response with "the scope necessary to access the protected resource"', async () => {
    expectChallenge(await callGuarded(testApp({}, { scope: 'a b' }), token), 403, {
      error: 'insufficient_scope',
      code: 'ERR_INSUFFICIENT_SCOPE',
      scope: 'a b',
    });
  });
});
