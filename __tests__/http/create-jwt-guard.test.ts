import { createPublicKey, generateKeyPairSync } from 'node:crypto';

import express, { type Express } from 'express';
import {
  createJwtGuard,
  getJwt,
  requireJwt,
  type JwtAuthEvent,
  type JwtGuard,
  type JwtGuardOptions,
  type RequireJwtOptions,
} from 'express-client-jwt';
import { memoryStore } from 'express-client-jwt/stores/memory';
import request from 'supertest';

import { GUARD_OPTIONS } from '../../lib/http/guard-options';
import { callGuarded, expectChallenge, invalidToken, testAuth } from '../support/app';
import { reports } from '../support/clients';
import { KEY, mint, OTHER_KEY } from '../support/mint';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** An app with createJwtGuard and one guarded route. */
function guardApp(
  options: Partial<JwtGuardOptions> = {},
  requirements: RequireJwtOptions = {},
): { app: Express; guard: JwtGuard } {
  const guard = createJwtGuard({ keys: KEY, ...options });
  const app = express();
  app.use(guard);
  app.get('/guarded/:id', requireJwt(requirements), (req, res) => {
    res.json({ id: req.params.id, clientId: getJwt(req).clientId });
  });
  return { app, guard };
}

describe('a service with createJwtGuard', () => {
  test.each<[string, JwtGuardOptions['keys'], string]>([
    ['a shared secret', KEY, mint()],
    ['a public key', rsa.publicKey, mint({}, { alg: 'RS256' }, rsa.privateKey)],
    [
      'the public part of a private key',
      rsa.privateKey,
      mint({}, { alg: 'RS256' }, rsa.privateKey),
    ],
  ])('accepts a token that is verified with %s', async (_title, keys, token) => {
    const { app } = guardApp({ keys });
    const res = await callGuarded(app, token);
    expect([res.status, res.body]).toEqual([200, { id: '7', clientId: 'reports' }]);
  });

  test.each(['EdDSA', 'Ed25519'])('accepts an Ed25519 token with the alg %s', async (alg) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { app } = guardApp({ keys: publicKey });
    expect((await callGuarded(app, mint({}, { alg }, privateKey))).status).toBe(200);
    const other = generateKeyPairSync('ed25519').privateKey;
    expect((await callGuarded(app, mint({}, { alg }, other))).status).toBe(401);
  });

  test('accepts the tokens of createJwtAuth in another process by its public key', async () => {
    const auth = testAuth({ keys: { key: rsa.privateKey, kid: 'k1' }, issuer: 'us' });
    const keys = { key: createPublicKey(rsa.privateKey), kid: 'k1' };
    const { app } = guardApp({ keys, issuer: 'us' });
    expect((await callGuarded(app, auth.issueToken({ clientId: 'reports' }))).status).toBe(200);
  });

  test('refuses a token with another key, issuer or audience, or without the scope', async () => {
    const { app } = guardApp({ issuer: 'us', audience: 'here' }, { scope: 'a' });
    const ok = { iss: 'us', aud: 'here' };
    const call = (token: string) => callGuarded(app, token);
    expect((await call(mint({ ...ok, scope: 'a' }))).status).toBe(200);
    expectChallenge(await call(mint(ok, {}, OTHER_KEY)), 401, invalidToken('ERR_TOKEN_SIGNATURE'));
    expectChallenge(await call(mint({ aud: 'here' })), 401, invalidToken('ERR_TOKEN_ISSUER'));
    expectChallenge(await call(mint({ iss: 'us' })), 401, invalidToken('ERR_TOKEN_AUDIENCE'));
    expect((await call(mint(ok))).body).toMatchObject({ code: 'ERR_INSUFFICIENT_SCOPE' });
  });

  test('does not use a public RSA key as an HMAC secret (RFC 8725 §2.1)', async () => {
    const { app } = guardApp({ keys: rsa.publicKey });
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const res = await callGuarded(app, mint({}, { alg: 'HS256' }, pem));
    expectChallenge(res, 401, invalidToken('ERR_TOKEN_ALGORITHM'));
  });

  test('has no token route', async () => {
    expect((await request(guardApp().app).get('/auth/jwt')).status).toBe(404);
  });

  test('works if it is mounted under a path, and with its own requireJwt', async () => {
    const guard = createJwtGuard({ keys: KEY });
    const app = express();
    app.use('/v1', guard);
    app.get('/v1/open', (_req, res) => {
      res.end('open');
    });
    app.get('/guarded/:id', guard.requireJwt({ optional: true }), (req, res) => {
      res.json({ clientId: req.jwt?.clientId ?? null });
    });
    expect((await request(app).get('/v1/open')).text).toBe('open');
    expect((await request(app).get('/guarded/7')).body).toEqual({ clientId: null });
    expect((await callGuarded(app, mint())).body).toEqual({ clientId: 'reports' });
    expect((await callGuarded(app, mint({ exp: 1 }))).status).toBe(401);
  });

  test('replaces its keys without a restart', async () => {
    const { app, guard } = guardApp();
    guard.replaceKeys(OTHER_KEY);
    expect((await callGuarded(app, mint())).status).toBe(401);
    expect((await callGuarded(app, mint({}, {}, OTHER_KEY))).status).toBe(200);
    expect(() => {
      guard.replaceKeys('weak');
    }).toThrow(/^createJwtGuard: keys has 4 bytes/);
    expect((await callGuarded(app, mint({}, {}, OTHER_KEY))).status).toBe(200);
  });

  test("passes refusals to the app's error handler with errors: 'next'", async () => {
    const { app } = guardApp({ errors: 'next', realm: 'ours' });
    app.use(((error, _req, res, _next) => {
      res.status(418).json((error as { headers: unknown }).headers);
    }) as express.ErrorRequestHandler);
    const res = await request(app).get('/guarded/7');
    expect([res.status, res.body]).toEqual([418, { 'WWW-Authenticate': 'Bearer realm="ours"' }]);
  });
});

describe('createJwtGuard with clients', () => {
  test('refuses the tokens of a client that is disabled or removed', async () => {
    const store = memoryStore([reports()]);
    const { app } = guardApp({ clients: store });
    expect((await callGuarded(app, mint())).status).toBe(200);
    await store.update('reports', (record) => record && { ...record, disabled: true });
    expectChallenge(await callGuarded(app, mint()), 401, invalidToken('ERR_TOKEN_CLIENT'));
    await store.update('reports', () => undefined);
    expectChallenge(await callGuarded(app, mint()), 401, invalidToken('ERR_TOKEN_CLIENT'));
  });

  test('a lookup that does not respond within storeTimeoutMs is an outage', async () => {
    const events: JwtAuthEvent[] = [];
    const { app } = guardApp({
      clients: { find: () => new Promise(() => undefined) },
      storeTimeoutMs: 20,
      onEvent: (event) => void events.push(event),
    });
    const res = await callGuarded(app, mint());
    expect([res.status, (res.body as { code: string }).code]).toEqual([
      503,
      'ERR_CLIENTS_UNAVAILABLE',
    ]);
    expect(events[0]).toMatchObject({ type: 'outage', source: 'clients', clientId: 'reports' });
  });

  test('close() also closes the client store', async () => {
    const close = jest.fn(() => Promise.resolve());
    await guardApp({ clients: { find: () => undefined, close } }).guard.close();
    expect(close).toHaveBeenCalledTimes(1);
    await guardApp().guard.close();
  });
});

describe('createJwtGuard throws a TypeError for bad options', () => {
  test.each<[string, object, string]>([
    ['no keys', { keys: undefined }, 'createJwtGuard: keys is undefined.'],
    ['a verifier', { verifier: { verify: () => undefined } }, 'there is no option "verifier"'],
    [
      'clients without find',
      { clients: {} },
      `createJwtGuard: clients must be ${GUARD_OPTIONS.clients.must}; it is an object.`,
    ],
  ])('throws for %s', (_title, options, message) => {
    expect(() => createJwtGuard({ keys: KEY, ...options })).toThrow(message);
  });

  test('createJwtGuard says how to call it if the factory itself is mounted', async () => {
    const app = express().use(createJwtGuard as never);
    app.use(((error: Error, _req, res, _next) => {
      res.status(500).json(error.message);
    }) as express.ErrorRequestHandler);
    expect((await request(app).get('/')).body).toBe(
      'Call createJwtGuard() and pass its result: app.use(createJwtGuard({ … }))',
    );
  });
});

test('guard.requireJwt needs no options', async () => {
  const app = express();
  app.get('/guarded/7', createJwtGuard({ keys: KEY }).requireJwt(), (_req, res) => {
    res.end('through');
  });
  expect((await callGuarded(app, mint())).text).toBe('through');
});
