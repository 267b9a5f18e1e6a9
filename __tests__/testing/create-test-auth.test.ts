import express from 'express';
import { createJwtGuard, getJwt, requireJwt, type JwtAuth } from 'express-client-jwt';
import { memoryStore } from 'express-client-jwt/stores/memory';
import {
  bearerHeader,
  createFakeVerifier,
  createTestAuth,
  editableStoreContract,
  mintToken,
  type MintOptions,
  type TestClient,
} from 'express-client-jwt/testing';
import request from 'supertest';

import { testAuth } from '../support/app';
import { KEY } from '../support/mint';
import { listen } from '../support/raw-http';

function appOf(auth: JwtAuth): express.Express {
  const app = express();
  app.use(auth);
  app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
    res.json({ clientId: getJwt(req).clientId, tenant: getJwt(req).claims.tenant });
  });
  return app;
}

const READ: MintOptions = { scopes: ['reports:read'] };

async function call(auth: JwtAuth, options: MintOptions): Promise<unknown[]> {
  const res = await request(appOf(auth)).get('/reports').set(bearerHeader(auth, options));
  const body = res.body as { readonly code?: string };
  return [res.status, body.code ?? body];
}

test('a test auth without clients accepts the token of every client, with its scopes', async () => {
  const auth = createTestAuth();
  expect(await call(auth, READ)).toEqual([200, { clientId: 'test-client' }]);
  expect(await call(auth, { ...READ, clientId: 'billing', claims: { tenant: 7 } })).toEqual([
    200,
    { clientId: 'billing', tenant: 7 },
  ]);
  expect(await call(auth, {})).toEqual([403, 'ERR_INSUFFICIENT_SCOPE']);
});

test.each<[string, MintOptions, string]>([
  ['that expired', { expired: true }, 'ERR_TOKEN_EXPIRED'],
  ['with a wrong signature', { forged: true }, 'ERR_TOKEN_SIGNATURE'],
  ['that is not valid yet', { claims: { nbf: 9_999_999_999 } }, 'ERR_TOKEN_NOT_YET_VALID'],
  ['for another audience', { claims: { aud: 'other' } }, 'ERR_TOKEN_AUDIENCE'],
  ['of another issuer', { claims: { iss: 'other' } }, 'ERR_TOKEN_ISSUER'],
  ['without an expiry', { claims: { exp: undefined } }, 'ERR_TOKEN_CLAIMS'],
])('mintToken makes a token %s', async (_title, options, code) => {
  const auth = createTestAuth({ issuer: 'us', audience: 'api' });
  expect(await call(auth, { ...READ, ...options })).toEqual([401, code]);
  expect(await call(auth, READ)).toEqual([200, { clientId: 'test-client' }]);
});

test('a forged token is refused although its signature began with any character', async () => {
  const auth = createTestAuth();
  for (let count = 0; count < 50; count += 1)
    await expect(auth.verifyAccessToken(mintToken(auth, { forged: true }))).rejects.toThrow(
      'The signature of the token is not valid.',
    );
});

test('a client gets a token for its made-up secret, and no other secret works', async () => {
  const auth = createTestAuth({
    clients: [{ clientId: 'reports', clientSecret: 'made-up', scopes: ['reports:read'] }],
  });
  const get = (secret: string) =>
    request(appOf(auth)).get('/auth/jwt').set({ 'client-id': 'reports', 'client-secret': secret });
  const { status, headers } = await get('made-up');
  expect(status).toBe(200);
  const { authorization } = headers as { authorization: string };
  const res = await request(appOf(auth)).get('/reports').set({ authorization });
  expect(res.body).toEqual({ clientId: 'reports' });
  expect((await get('wrong')).status).toBe(403);
});

test('a client without a secret gets no token', async () => {
  const verifier = createFakeVerifier([{ clientId: 'reports' }]);
  const verify = (clientSecret: unknown) =>
    verifier.verify({ clientId: 'reports', clientSecret: clientSecret as string });
  expect(await verify('undefined')).toBeUndefined();
  expect(await verify(undefined)).toBeUndefined();
  expect(await verifier.verify({ clientId: 'other', clientSecret: 'x' })).toBeUndefined();
});

test('a test auth without clients gives nobody a token for a secret', async () => {
  const { status } = await request(appOf(createTestAuth()))
    .get('/auth/jwt')
    .set({ 'client-id': 'reports', 'client-secret': 'x' });
  expect(status).toBe(403);
});

test('a test that changes its clients sees the change in the next request', async () => {
  const clients: TestClient[] = [
    { clientId: 'reports', scopes: ['reports:read'], clientSecret: 'x' },
  ];
  const auth = createTestAuth({ clients });
  const reports = { ...READ, clientId: 'reports' };
  expect((await call(auth, reports))[0]).toBe(200);
  clients[0] = { clientId: 'reports', scopes: [], clientSecret: 'x' };
  expect(await call(auth, reports)).toEqual([403, 'ERR_INSUFFICIENT_SCOPE']);
  clients[0] = { clientId: 'reports', disabled: true, clientSecret: 'x' };
  expect(await call(auth, reports)).toEqual([401, 'ERR_TOKEN_CLIENT']);
  const disabled = createFakeVerifier(clients).verify({ clientId: 'reports', clientSecret: 'x' });
  expect(await disabled).toBeUndefined();
  clients.pop();
  expect(await call(auth, reports)).toEqual([401, 'ERR_TOKEN_CLIENT']);
});

test('mintToken signs with the key and the claims of any auth, without its verifier', async () => {
  const auth = testAuth({ issuer: 'us', audience: ['api'], expiresInSeconds: 60 });
  const { claims, scopes, clientId } = await auth.verifyAccessToken(
    mintToken(auth, { clientId: 'reports', scopes: ['reports:read'] }),
  );
  expect(claims).toMatchObject({ iss: 'us', aud: ['api'], exp: claims.iat + 60 });
  expect([clientId, scopes]).toEqual(['reports', ['reports:read']]);
});

test('mintToken signs with the keys in force', async () => {
  const auth = createTestAuth();
  auth.replaceKeys([{ key: KEY, kid: 'new' }]);
  const header = Buffer.from(mintToken(auth).split('.')[0] ?? '', 'base64url').toString();
  expect(JSON.parse(header)).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'new' });
  await expect(auth.verifyAccessToken(mintToken(auth))).resolves.toMatchObject({ scopes: [] });
});

test('bearerHeader is the headers of a fetch', async () => {
  const auth = createTestAuth();
  const url = `http://127.0.0.1:${String(await listen(appOf(auth)))}/reports`;
  expect((await fetch(url, { headers: bearerHeader(auth, READ) })).status).toBe(200);
});

test.each<[string, () => unknown, string]>([
  [
    'an unknown option',
    () => mintToken(createTestAuth(), { scope: 'x' } as MintOptions),
    'mintToken: there is no option "scope". The options are: clientId, scopes, claims, expired, forged.',
  ],
  [
    'a malformed scope',
    () => mintToken(createTestAuth(), { scopes: ['a b'] }),
    'mintToken: options (client test-client).scopes[0] must be a scope without spaces or quotes.',
  ],
  [
    'a guard',
    () => mintToken(createJwtGuard({ keys: KEY }) as unknown as JwtAuth),
    'mintToken: a createJwtGuard() has no key to sign with. Give your app a createTestAuth() instead.',
  ],
  [
    'something else',
    () => mintToken({} as JwtAuth),
    'mintToken: auth must be the result of createJwtAuth() or createJwtGuard(), of the same copy',
  ],
  [
    'a verifier',
    () => createTestAuth({ verifier: createFakeVerifier([]) } as object),
    'createTestAuth: there is no option "verifier". Use clients, or createJwtAuth() with your verifier.',
  ],
])('throws for %s', (_title, act, message) => {
  expect(act).toThrow(TypeError);
  expect(act).toThrow(message);
});

describe('in production', () => {
  const before = process.env.NODE_ENV;
  afterEach(() => {
    process.env.NODE_ENV = before;
  });

  test.each<[string, (auth: JwtAuth) => unknown]>([
    ['createTestAuth', () => createTestAuth()],
    ['createFakeVerifier', () => createFakeVerifier([])],
    ['mintToken', (auth) => mintToken(auth)],
    ['mintToken', (auth) => bearerHeader(auth)],
  ])('%s throws, whoever calls it', (owner, act) => {
    const auth = testAuth();
    for (const NODE_ENV of ['production', 'prod', 'Production ']) {
      process.env.NODE_ENV = NODE_ENV;
      expect(() => act(auth)).toThrow(
        `${owner}: NODE_ENV is "${NODE_ENV}", and express-client-jwt/testing is for tests alone.`,
      );
    }
  });

  test('the tests of a contract do not touch a store', async () => {
    process.env.NODE_ENV = 'production';
    let opened = 0;
    const open = () => {
      opened += 1;
      return { store: memoryStore() };
    };
    for (const { run } of editableStoreContract(open))
      await expect(run()).rejects.toThrow('NODE_ENV is "production"');
    expect(opened).toBe(0);
  });

  test('nothing that other modules can reach signs tokens', () => {
    const auth = testAuth();
    const shared = globalThis as unknown as Record<symbol, WeakMap<object, object> | undefined>;
    const maps = Object.getOwnPropertySymbols(globalThis).map((symbol) => shared[symbol]);
    const kept = maps.map((map) => (map instanceof WeakMap ? map.get(auth) : undefined));
    expect(JSON.stringify(kept)).not.toContain('sign');
    expect(kept.filter((each) => each !== undefined)).toMatchObject([{ kind: 'endpoints' }]);
  });
});
