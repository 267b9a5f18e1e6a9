/** RFC 7009: OAuth 2.0 Token Revocation. */
import { bcryptVerifier, memoryRevocations, type RevocationStore } from 'express-client-jwt';

import { callGuarded, recorder } from '../support/app';
import { HASH, reports, SECRET } from '../support/clients';
import { mint, OTHER_KEY, seconds } from '../support/mint';
import { basic, ISSUER, issue, oauthApp, post, refusalOf } from '../support/oauth';

const PATH = '/oauth/revoke';
const appWith = (revocations: RevocationStore | undefined = memoryRevocations(), more = {}) =>
  oauthApp({
    verifier: bcryptVerifier([reports(), { clientId: 'other', secrets: [{ hash: HASH }] }]),
    revocations,
    ...more,
  });
type App = ReturnType<typeof appWith>;
const revoke = (app: App, form: Record<string, string>, client = 'reports') =>
  post(app, { path: PATH, form, authorization: basic(client) });

test('§2: a client revokes its token, and the guard refuses it from then on', async () => {
  const { events, onEvent } = recorder();
  const app = appWith(memoryRevocations(), { onEvent });
  const token = await issue(app);
  expect((await callGuarded(app, token)).status).toBe(200);
  const res = await revoke(app, { token, token_type_hint: 'access_token' });
  expect([res.status, res.body, res.headers['cache-control']]).toEqual([200, {}, 'no-store']);
  expect(refusalOf(await callGuarded(app, token))).toEqual([
    ...[401, 'invalid_token', 'ERR_TOKEN_REVOKED'],
  ]);
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'token.revoked', clientId: 'reports' }),
  );
});

test.each([
  ['no token', 'abc'],
  ['expired', mint({ iss: ISSUER, exp: seconds() - 60 })],
  ['forged', mint({ iss: ISSUER }, {}, OTHER_KEY)],
  [
    'forged in the name of another client',
    mint({ sub: 'other', client_id: 'other' }, {}, OTHER_KEY),
  ],
])('§2.2: a token that is %s gets 200, since it is not valid anyway', async (_title, token) => {
  const res = await revoke(appWith(), { token });
  expect([res.status, res.body]).toEqual([200, {}]);
});

test('the longest token that the guard accepts can be revoked and introspected', async () => {
  const app = appWith();
  const padding = 'x'.repeat(5850);
  const token = mint({ iss: ISSUER, scope: 'reports:read', padding });
  expect(token.length).toBeGreaterThan(7900);
  const form = {
    token,
    client_id: 'reports',
    client_secret: SECRET,
    token_type_hint: 'access_token',
  };
  const send = (path: string) => post(app, { path, form, authorization: undefined });
  expect((await callGuarded(app, token)).status).toBe(200);
  expect((await send('/oauth/introspect')).body).toMatchObject({ active: true });
  expect((await send(PATH)).status).toBe(200);
  expect((await callGuarded(app, token)).status).toBe(401);
});

test('§2.1: the token of another client is refused, and stays valid', async () => {
  const app = appWith();
  const token = await issue(app);
  expect(refusalOf(await revoke(app, { token }, 'other'))).toEqual([
    ...[400, 'unauthorized_client', 'ERR_FOREIGN_TOKEN'],
  ]);
  expect((await callGuarded(app, token)).status).toBe(200);
});

test('§2.1: a client that is not authenticated revokes nothing', async () => {
  const app = appWith();
  const token = await issue(app);
  const wrong = basic('reports', 'wrong-secret');
  const res = await post(app, { path: PATH, form: { token }, authorization: wrong });
  expect(refusalOf(res)).toEqual([401, 'invalid_client', 'ERR_INVALID_CLIENT']);
  expect((await callGuarded(app, token)).status).toBe(200);
});

test('§2.2.1: a store that fails is 503 with Retry-After and an event', async () => {
  const { events, onEvent } = recorder();
  const store = { isRevoked: () => false, revoke: () => Promise.reject(new Error('redis down')) };
  const app = appWith(store, { onEvent });
  const res = await revoke(app, { token: await issue(app) });
  expect(refusalOf(res)).toEqual([503, 'temporarily_unavailable', 'ERR_REVOCATIONS_UNAVAILABLE']);
  expect(res.headers['retry-after']).toBe('5');
  expect(events).toContainEqual(expect.objectContaining({ type: 'outage', source: 'revocations' }));
});

test('a request without a token is refused', async () => {
  expect(refusalOf(await revoke(appWith(), {}))[2]).toBe('ERR_PARAMETER_MISSING');
});

test('without a revocation store the endpoint does not exist', async () => {
  expect((await post(oauthApp(), { path: PATH, form: { token: 'x' } })).status).toBe(404);
});
