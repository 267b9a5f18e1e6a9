/** RFC 7662: OAuth 2.0 Token Introspection. */
import { bcryptVerifier, memoryRevocations, type ClientRecord } from 'express-client-jwt';

import { recorder, refusalBody } from '../support/app';
import { HASH, reports, SECRET } from '../support/clients';
import { KEY, mint, mintRaw, OTHER_KEY, seconds } from '../support/mint';
import { basic, ISSUER, issue, oauthApp, post, refusalOf } from '../support/oauth';

const PATH = '/oauth/introspect';
const records = (): ClientRecord[] => [
  reports(),
  { clientId: 'other', secrets: [{ hash: HASH }] },
  { clientId: 'gateway', secrets: [{ hash: HASH }], scopes: ['introspect'] },
];
const appWith = (options: object = {}) =>
  oauthApp({
    verifier: bcryptVerifier(records()),
    oauth: { introspectionScope: 'introspect' },
    ...options,
  });
type App = ReturnType<typeof appWith>;
const ask = (app: App, token: string, client = 'reports') =>
  post(app, { path: PATH, form: { token }, authorization: basic(client) });

describe('§2.2: the response', () => {
  test('an active token of the client is described', async () => {
    const app = appWith({ audience: 'https://a.example.com' });
    const token = await issue(app);
    const res = await ask(app, token);
    const { status, headers } = res;
    const body: unknown = res.body;
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      active: true,
      scope: 'reports:read reports:write',
      client_id: 'reports',
      token_type: 'Bearer',
      exp: expect.any(Number) as number,
      iat: expect.any(Number) as number,
      sub: 'reports',
      aud: 'https://a.example.com',
      iss: ISSUER,
      jti: expect.any(String) as string,
    });
  });

  test('the scopes are those that the client still has', async () => {
    const token = mint({ iss: ISSUER, scope: 'reports:read admin' });
    expect((await ask(appWith(), token)).body).toMatchObject({ scope: 'reports:read' });
  });

  const [header, , signature] = mint({ iss: ISSUER }).split('.');
  const forged = Buffer.from(JSON.stringify({ sub: 'reports', iss: ISSUER })).toString('base64url');
  test.each([
    ['no JWT', 'abc'],
    ['expired', mint({ iss: ISSUER, exp: seconds() - 1 })],
    ['not valid yet', mint({ iss: ISSUER, nbf: seconds() + 60 })],
    ['signed with another key', mint({ iss: ISSUER }, {}, OTHER_KEY)],
    ['unsigned', mintRaw('{"alg":"none"}', '{}').replace(/[^.]*$/, '')],
    ['changed after it was signed', `${String(header)}.${forged}.${String(signature)}`],
    ['of another issuer', mint({ iss: 'https://other.example.com' })],
    ['of a client that is gone', mint({ iss: ISSUER, sub: 'gone', client_id: 'gone' })],
    ['of another client', mint({ iss: ISSUER, sub: 'other', client_id: 'other' })],
    ['too long', 'x'.repeat(8000)],
  ])('a token that is %s is not active, and nothing else is said', async (_title, token) => {
    const res = await ask(appWith(), token);
    const [status, body] = [res.status, res.body as unknown];
    expect([status, body]).toEqual([200, { active: false }]);
  });

  test('a revoked token is not active', async () => {
    const app = appWith({ revocations: memoryRevocations() });
    const token = await issue(app);
    expect((await ask(app, token)).body).toMatchObject({ active: true });
    await post(app, { path: '/oauth/revoke', form: { token } });
    expect((await ask(app, token)).body).toEqual({ active: false });
  });
});

describe('§2.1: who may ask', () => {
  test('a client with the introspection scope sees the tokens of all clients', async () => {
    const app = appWith();
    const token = await issue(app);
    expect((await ask(app, token, 'gateway')).body).toMatchObject({ client_id: 'reports' });
  });

  test('without the option, no scope lets a client see the tokens of others', async () => {
    const app = appWith({ oauth: true });
    expect((await ask(app, await issue(app), 'gateway')).body).toEqual({ active: false });
  });

  test.each([
    ['no credentials', undefined, 'ERR_CLIENT_AUTHENTICATION_MISSING'],
    ['a wrong secret', basic('reports', 'wrong-secret'), 'ERR_INVALID_CLIENT'],
  ])('%s are refused with 401', async (_title, authorization, code) => {
    const { events, onEvent } = recorder();
    const app = appWith({ onEvent });
    const token = await issue(app);
    const res = await post(app, { path: PATH, form: { token }, authorization });
    expect(refusalOf(res)).toEqual([401, 'invalid_client', code]);
    expect(events.at(-1)).toMatchObject({ type: 'token.refused', code });
  });

  test('guesses at this endpoint count for the throttle of all endpoints', async () => {
    const app = appWith({ throttle: { failures: 1, windowSeconds: 60 } });
    await post(app, {
      path: PATH,
      form: { token: 'x' },
      authorization: basic('reports', 'guess-it'),
    });
    expect((await post(app)).status).toBe(429);
  });

  test('a request without a token is refused', async () => {
    const res = await post(appWith(), { path: PATH, form: { token: '' } });
    expect(res.body).toEqual(refusalBody('invalid_request', 'ERR_PARAMETER_MISSING'));
  });
});

test('a store that fails is 503, because nothing is known about the token', async () => {
  const verifier = {
    verify: ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) =>
      Promise.resolve(clientSecret === SECRET ? { clientId } : undefined),
    find: () => Promise.reject(new Error('database down')),
  };
  const res = await ask(appWith({ verifier }), mint({ iss: ISSUER }, {}, KEY));
  expect(refusalOf(res)).toEqual([503, 'temporarily_unavailable', 'ERR_CLIENTS_UNAVAILABLE']);
  expect(res.headers['retry-after']).toBe('5');
});
