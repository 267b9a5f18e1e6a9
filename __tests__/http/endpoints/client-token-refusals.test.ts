import { expectNoToken } from '../../support/app';
import { bcryptVerifier } from 'express-client-jwt';
import request from 'supertest';

import { getToken, recorder, testApp } from '../../support/app';
import { HASH, hashOf, reports, SECRET } from '../../support/clients';
import { listen, rawRequest, statusOf } from '../../support/raw-http';

describe('a bad request to the token route gets a 400 response', () => {
  const max = (length: number) => 'x'.repeat(length);
  const cases: [string, string[]][] = [
    ['without either header', []],
    ['without an id', [`client-secret: ${SECRET}`]],
    ['without a secret', ['client-id: reports']],
    ['with an empty id', ['client-id:', `client-secret: ${SECRET}`]],
    ['with an empty secret', ['client-id: reports', 'client-secret: ']],
    ['with two ids', ['client-id: reports', 'client-id: reports', `client-secret: ${SECRET}`]],
    [
      'with two secrets',
      ['client-id: reports', `client-secret: ${SECRET}`, `client-secret: ${SECRET}`],
    ],
    [
      'with an empty second secret',
      ['client-id: reports', `client-secret: ${SECRET}`, 'client-secret:'],
    ],
    ['with a space inside the id', ['client-id: re ports', `client-secret: ${SECRET}`]],
    ['with a tab inside the secret', ['client-id: reports', 'client-secret: a\tb']],
    [
      'with a character above ASCII in the id',
      ['client-id: r\xe9ports', `client-secret: ${SECRET}`],
    ],
    ['with an id of 257 characters', [`client-id: ${max(257)}`, `client-secret: ${SECRET}`]],
    ['with a secret of 1025 characters', ['client-id: reports', `client-secret: ${max(1025)}`]],
    [
      'with headers named client_id and client_secret',
      ['client_id: reports', `client_secret: ${SECRET}`],
    ],
    [
      'with Basic credentials',
      [`Authorization: Basic ${Buffer.from(`reports:${SECRET}`).toString('base64')}`],
    ],
  ];

  test.each(cases)('rejects a request %s', async (_title, lines) => {
    const answer = await rawRequest(await listen(testApp()), 'GET /auth/jwt HTTP/1.1', lines);
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('{"error":"invalid_request"');
    expect(answer).not.toMatch(/^authorization:/im);
    expect(answer).not.toContain(SECRET);
  });

  test('rejects credentials that are only in the query, body or cookie', async () => {
    const res = await request(testApp())
      .post(`/auth/jwt?client-id=reports&client-secret=${SECRET}`)
      .set('Cookie', `client-id=reports; client-secret=${SECRET}`)
      .send({ 'client-id': 'reports', 'client-secret': SECRET });
    expectNoToken(res, 400, 'invalid_request');
  });

  test('accepts the longest allowed id and secret as well-formed', async () => {
    expectNoToken(await getToken(testApp(), max(256), max(1024)), 403, 'invalid_client');
  });
});

describe('invalid credentials get a 403 response', () => {
  const disabled = reports({ clientId: 'disabled', disabled: true });
  const long = reports({ clientId: 'long', secrets: [{ hash: hashOf('y'.repeat(72)) }] });
  const expired = reports({
    clientId: 'expired',
    secrets: [{ hash: HASH, label: 'old', expiresAt: '2020-01-01' }],
  });
  const bare = reports({ clientId: 'bare', secrets: [] });
  const verifier = () => bcryptVerifier([reports(), disabled, long, expired, bare]);
  const cases: [string, string, string, string][] = [
    ['an unknown id', 'nobody', SECRET, 'unknown_client'],
    ['a wrong secret', 'reports', `${SECRET}x`, 'wrong_secret'],
    ['a prefix of the secret', 'reports', SECRET.slice(0, -1), 'wrong_secret'],
    ['the secret in another case', 'reports', SECRET.toUpperCase(), 'wrong_secret'],
    ['the id in another case', 'Reports', SECRET, 'unknown_client'],
    ['the hash as the secret', 'reports', HASH, 'wrong_secret'],
    ['an expired secret', 'expired', SECRET, 'expired_secret'],
    ['a disabled client', 'disabled', SECRET, 'disabled_client'],
    ['a client without secrets', 'bare', SECRET, 'wrong_secret'],
    [
      'a secret over 72 bytes that begins with the right 72',
      'long',
      'y'.repeat(73),
      'secret_too_long',
    ],
    ['the name of a property of every object', '__proto__', SECRET, 'unknown_client'],
    ['the name of a method of every object', 'constructor', SECRET, 'unknown_client'],
  ];

  test.each(cases)('rejects %s', async (_title, clientId, secret, reason) => {
    const { events, onEvent } = recorder();
    const res = await getToken(testApp({ verifier: verifier(), onEvent }), clientId, secret);
    expectNoToken(res, 403, 'invalid_client');
    expect(events).toEqual([
      expect.objectContaining({
        type: 'token.refused',
        code: 'ERR_INVALID_CLIENT',
        reason,
        clientId,
      }),
    ]);
  });

  test('sends the same body and headers for every rejection', async () => {
    const app = testApp({ verifier: verifier() });
    const answers = await Promise.all(
      cases.map(([, clientId, secret]) => getToken(app, clientId, secret)),
    );
    const shown = answers.map(({ text, headers }) =>
      JSON.stringify([text, { ...headers, date: '' }]),
    );
    expect(new Set(shown).size).toBe(1);
  });

  test('accepts the longest secret that bcrypt does not truncate', async () => {
    expect((await getToken(testApp({ verifier: verifier() }), 'long', 'y'.repeat(72))).status).toBe(
      200,
    );
  });
});
