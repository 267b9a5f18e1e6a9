/** RFC 9110: HTTP Semantics, RFC 9111: HTTP Caching, as far as they concern this package's routes. */
import request from 'supertest';

import { getToken, testApp } from '../support/app';
import { SECRET } from '../support/clients';
import { mint } from '../support/mint';
import { listen, rawRequest, statusOf } from '../support/raw-http';

const credentials = ['client-id: reports', `client-secret: ${SECRET}`];

test('§11.1: the scheme is case-insensitive', async () => {
  for (const scheme of ['bearer', 'BEARER', 'bEARER']) {
    expect(
      (await request(testApp()).get('/guarded/7').set('Authorization', `${scheme} ${mint()}`))
        .status,
    ).toBe(200);
  }
});

test('§11.6.1: a 401 response has at least one challenge', async () => {
  expect((await request(testApp()).get('/guarded/7')).headers['www-authenticate']).toMatch(
    /^Bearer realm="/,
  );
});

test('§5.3: Authorization is not a list: a second line makes the request malformed, even if it is equal', async () => {
  const line = `Authorization: Bearer ${mint()}`;
  expect(
    statusOf(await rawRequest(await listen(testApp()), 'GET /guarded/7 HTTP/1.1', [line, line])),
  ).toBe(400);
});

test('§5.1: field names are case-insensitive', async () => {
  const lines = ['CLIENT-ID: reports', `Client-Secret: ${SECRET}`];
  expect(statusOf(await rawRequest(await listen(testApp()), 'GET /auth/jwt HTTP/1.1', lines))).toBe(
    200,
  );
});

test('§15.5.6: a 405 response has an Allow header', async () => {
  const res = await request(testApp()).put('/auth/jwt');
  expect([res.status, res.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
});

test('§9.3.2: HEAD has the headers of GET and no content', async () => {
  const answer = await rawRequest(await listen(testApp()), 'HEAD /auth/jwt HTTP/1.1', credentials);
  expect(answer).toMatch(/^authorization: bearer /im);
  expect(answer).toMatch(/^content-length: 41\r$/im);
  expect(answer.endsWith('\r\n\r\n')).toBe(true);
});

test('§9.3.8: a TRACE response does not contain the secret', async () => {
  const answer = await rawRequest(await listen(testApp()), 'TRACE /auth/jwt HTTP/1.1', credentials);
  expect(statusOf(answer)).toBe(405);
  expect(answer).not.toContain(SECRET);
});

test('§12.5.5: Vary names the request headers that affect the response', async () => {
  expect((await getToken(testApp())).headers.vary).toBe('client-id, client-secret');
});

test('§13.1: conditional headers never cause a 304 or 412 response', async () => {
  for (const condition of [
    'If-None-Match: *',
    'If-Match: "x"',
    'If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT',
    'Range: bytes=0-1',
  ]) {
    expect(
      statusOf(
        await rawRequest(await listen(testApp()), 'GET /auth/jwt HTTP/1.1', [
          ...credentials,
          condition,
        ]),
      ),
    ).toBe(200);
  }
});

test('RFC 9111 §3.5 and §5.2.2.5: no response of the token route may be stored', async () => {
  const app = testApp();
  const answers = [
    await getToken(app),
    await getToken(app, 'nobody'),
    await getToken(app, 'a b'),
    await request(app).put('/auth/jwt'),
  ];
  expect(answers.map(({ headers }) => String(headers['cache-control']))).toEqual(
    Array(4).fill('no-store'),
  );
});
