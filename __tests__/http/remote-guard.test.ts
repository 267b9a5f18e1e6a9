import { generateKeyPairSync } from 'node:crypto';

import express, { type Express } from 'express';
import { createJwtGuard, getJwt, requireJwt, type JwtGuardOptions } from 'express-client-jwt';
import request from 'supertest';

import { recorder, testAuth } from '../support/app';
import { KEY, mint, type Json } from '../support/mint';
import { issue, refusalOf } from '../support/oauth';
import { listen } from '../support/raw-http';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const next = generateKeyPairSync('ec', { namedCurve: 'P-384' });

/** A real issuer on 127.0.0.1 that can be switched off. */
async function startIssuer() {
  const app = express();
  const state = { isDown: false, requests: [] as string[] };
  app.use((req, res, go) => {
    state.requests.push(req.path);
    if (state.isDown) res.status(503).end();
    else go();
  });
  const port = await listen(app);
  const issuer = `http://127.0.0.1:${String(port)}`;
  const keys = { key: ec.privateKey, kid: 'a' };
  const auth = testAuth({ keys, issuer, oauth: true, jwks: true });
  app.use(auth);
  return { app, auth, issuer, state, jwksUri: `${issuer}/.well-known/jwks.json` };
}

function guardedBy(options: JwtGuardOptions): Express {
  const app = express().use(createJwtGuard(options));
  app.get('/', requireJwt({ scope: 'reports:read' }), (req, res) => {
    res.json({ clientId: getJwt(req).clientId });
  });
  return app;
}
const call = (app: Express, token: string) =>
  request(app).get('/').set('Authorization', `Bearer ${token}`);
const signed = (issuer: string, changes: Json = {}, header: Json = {}, key = ec.privateKey) =>
  mint(
    { iss: issuer, scope: 'reports:read', ...changes },
    { alg: 'ES256', kid: 'a', ...header },
    key,
  );

test.each([
  ['discovers the keys of its issuer', {}],
  ['fetches the keys of jwksUri', { jwksUri: true }],
])('a guard %s, and accepts its tokens', async (_title, { jwksUri }: { jwksUri?: boolean }) => {
  const served = await startIssuer();
  const { issuer, state } = served;
  const app = guardedBy({ issuer, ...(jwksUri && { jwksUri: served.jwksUri }) });
  const token = await issue(served.app);
  state.requests.length = 0;
  for (let index = 0; index < 3; index++)
    expect((await call(app, token)).body).toEqual({ clientId: 'reports' });
  const document = '/.well-known/oauth-authorization-server';
  expect(state.requests).toEqual([...(jwksUri ? [] : [document]), '/.well-known/jwks.json']);
});

describe('tokens that are refused', () => {
  test.each<[string, (issuer: string) => string, string]>([
    ['another issuer', () => signed('https://other.example.com'), 'ERR_TOKEN_ISSUER'],
    [
      'an audience that the guard does not have',
      (iss) => signed(iss, { aud: 'x' }),
      'ERR_TOKEN_AUDIENCE',
    ],
    ['an unknown key', (iss) => signed(iss, {}, { kid: 'b' }), 'ERR_TOKEN_KEY'],
    [
      'another signature',
      (iss) => signed(iss, {}, {}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
      'ERR_TOKEN_SIGNATURE',
    ],
    ['an HMAC', (iss) => mint({ iss }, { alg: 'HS256', kid: 'a' }, KEY), 'ERR_TOKEN_ALGORITHM'],
    [
      'an HMAC with the public key as its secret',
      (iss) =>
        mint(
          { iss },
          { kid: 'a' },
          ec.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        ),
      'ERR_TOKEN_ALGORITHM',
    ],
    [
      'a key of its own in the header',
      (iss) => signed(iss, {}, { kid: 'b', jwk: ec.publicKey.export({ format: 'jwk' }) }),
      'ERR_TOKEN_KEY',
    ],
    ['cnf: it is bound to a key', (iss) => signed(iss, { cnf: { jkt: 'x' } }), 'ERR_TOKEN_BOUND'],
    ['no sub', (iss) => signed(iss, { sub: undefined, client_id: 'reports' }), 'ERR_TOKEN_CLAIMS'],
  ])('a token with %s', async (_title, create, code) => {
    const { issuer, jwksUri } = await startIssuer();
    const res = await call(guardedBy({ issuer, jwksUri }), create(issuer));
    expect(refusalOf(res)).toEqual([401, 'invalid_token', code]);
  });
});

test('the caller is named by client_id, and by clientIdClaim if it is given', async () => {
  const { issuer, jwksUri } = await startIssuer();
  const token = signed(issuer, { sub: 'user', client_id: 'app', appid: 'x' });
  expect((await call(guardedBy({ issuer, jwksUri }), token)).body).toEqual({ clientId: 'app' });
  const app = guardedBy({ issuer, jwksUri, clientIdClaim: 'appid' });
  expect((await call(app, token)).body).toEqual({ clientId: 'x' });
});

test('while the issuer is down and there are no keys, the response is 503 with one event', async () => {
  const { issuer, jwksUri, state } = await startIssuer();
  state.isDown = true;
  const { events, onEvent } = recorder();
  const app = guardedBy({ issuer, jwksUri, onEvent });
  for (let index = 0; index < 3; index++) {
    const res = await call(app, signed(issuer));
    expect(refusalOf(res)).toEqual([503, 'temporarily_unavailable', 'ERR_KEYS_UNAVAILABLE']);
    expect([res.headers['retry-after'], res.headers['www-authenticate']]).toEqual(['5', undefined]);
  }
  expect(state.requests).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'outage')).toMatchObject([{ source: 'keys' }]);
});

test('a cached token ends with its key, and with the time that old keys may be used', async () => {
  let now = Date.now();
  const { issuer, jwksUri, auth, state } = await startIssuer();
  const app = guardedBy({ issuer, jwksUri, clock: () => now, maxStaleSeconds: 60 });
  const token = signed(issuer, { exp: Math.floor(now / 1000) + 86_400 });
  const statusNow = async () => (await call(app, token)).status;
  expect([await statusNow(), await statusNow(), await statusNow()]).toEqual([200, 200, 200]);

  // The issuer goes away: the keys serve for 10 minutes and the 60 seconds.
  state.isDown = true;
  now += 659_000;
  expect(await statusNow()).toBe(200);
  now += 1000;
  expect(await statusNow()).toBe(503);

  // It comes back without the key.
  state.isDown = false;
  auth.replaceKeys({ key: next.privateKey, kid: 'b' });
  now += 30_000;
  expect(await statusNow()).toBe(401);
});

test('rotation: a token of the new key is accepted at once, without a restart', async () => {
  let now = Date.now();
  const { app: served, issuer, jwksUri, auth } = await startIssuer();
  const app = guardedBy({ issuer, jwksUri, clock: () => now });
  expect((await call(app, await issue(served))).status).toBe(200);
  auth.replaceKeys([
    { key: next.privateKey, kid: 'b' },
    { key: ec.privateKey, kid: 'a' },
  ]);
  now += 31_000;
  expect((await call(app, await issue(served))).status).toBe(200);
});

test('verifyAccessToken rejects with 503 while the keys are unavailable', async () => {
  const { issuer, state } = await startIssuer();
  state.isDown = true;
  const guard = createJwtGuard({ issuer, onEvent: () => undefined });
  await expect(guard.verifyAccessToken(signed(issuer))).rejects.toMatchObject({
    ...{ status: 503, code: 'ERR_KEYS_UNAVAILABLE' },
  });
});

test('keys may be a function', async () => {
  const finder = jest.fn(() => Promise.resolve(ec.publicKey));
  const app = guardedBy({ issuer: 'x', keys: finder });
  const token = signed('x');
  for (let use = 0; use < 3; use++) expect((await call(app, token)).status).toBe(200);
  expect(finder.mock.calls).toEqual(Array(3).fill([{ alg: 'ES256', kid: 'a' }]));
});

test('a cached token is looked up with the algorithm that its header spells', async () => {
  const ed = generateKeyPairSync('ed25519');
  const finder = jest.fn(() => ed.publicKey);
  const app = guardedBy({ issuer: 'x', keys: finder });
  const token = signed('x', {}, { alg: 'EdDSA' }, ed.privateKey);
  for (let use = 0; use < 3; use++) expect((await call(app, token)).status).toBe(200);
  expect(finder.mock.calls).toEqual(Array(3).fill([{ alg: 'EdDSA', kid: 'a' }]));
});

test('a function that no longer finds the key ends cached tokens', async () => {
  let key: typeof ec.publicKey | undefined = ec.publicKey;
  const app = guardedBy({ issuer: 'x', keys: () => key });
  const token = signed('x');
  for (let use = 0; use < 3; use++) expect((await call(app, token)).status).toBe(200);
  key = next.publicKey;
  expect(refusalOf(await call(app, token))[2]).toBe('ERR_TOKEN_ALGORITHM');
  key = undefined;
  expect(refusalOf(await call(app, token))[2]).toBe('ERR_TOKEN_KEY');
});

describe('options that are refused at start', () => {
  const issuer = 'https://issuer.example.com';
  const UNSET =
    'createJwtGuard: keys is undefined. If it comes from an environment variable, set that variable.';
  test.each<[string, JwtGuardOptions, string]>([
    [
      'no keys and no issuer',
      {},
      'createJwtGuard: there are no keys. Give keys, or issuer, the iss',
    ],
    [
      'an issuer that is no URL',
      { issuer: 'x' },
      'without keys or jwksUri, issuer must be an https URL',
    ],
    ['an issuer of plain http', { issuer: 'http://auth:3000' }, 'it is "http://auth:3000".'],
    [
      'jwksUri without issuer',
      { jwksUri: `${issuer}/k` },
      'jwksUri needs issuer, the iss of the tokens.',
    ],
    ['keys and jwksUri', { keys: KEY, jwksUri: issuer }, 'give keys or jwksUri, and not both.'],
    ['keys that are unset, although there is an issuer', { keys: undefined, issuer }, UNSET],
    ['a jwksUri of plain http', { issuer, jwksUri: 'http://example.com/k' }, 'jwksUri must be'],
    ['a jwksUri with a password', { issuer, jwksUri: 'https://a:b@x.com' }, 'jwksUri must be'],
  ])('%s', (_title, options, message) => {
    expect(() => createJwtGuard(options)).toThrow(message);
  });

  test('nothing is fetched at start', () => {
    const fetch = jest.fn();
    createJwtGuard({ issuer, fetch });
    expect(fetch).not.toHaveBeenCalled();
  });
});
