/** Programs that nobody here wrote get tokens at the OAuth endpoint, over real HTTP. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';

import {
  createJwtAuth,
  getJwt,
  memoryRevocations,
  requireJwt,
  type ClientVerifier,
} from 'express-client-jwt';

import { hasGo, hasPython, lastLineOf, runFile, runProgram, serve } from './program';

const AUDIENCE = 'https://api.example.com';
/** The one that needs form-encoding, and one of the characters that the command line uses. */
const SECRETS: Readonly<Record<string, string>> = {
  'my-client/1': 'a+b%2Bc:d/e=f',
  reports: 'x7Qm-b_2v9ZkTn4r',
};
const ODD = { CLIENT_ID: 'my-client/1', CLIENT_SECRET: SECRETS['my-client/1'] ?? '' };
const PLAIN = { CLIENT_ID: 'reports', CLIENT_SECRET: SECRETS.reports ?? '' };

const verifier: ClientVerifier = {
  verify: ({ clientId, clientSecret }) =>
    Promise.resolve(
      SECRETS[clientId] === clientSecret
        ? { clientId, scopes: ['reports:read', 'reports:write'] }
        : undefined,
    ),
};

const start = () =>
  serve((app, issuer) => {
    const auth = createJwtAuth({
      keys: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      ...{ verifier, issuer, audience: AUDIENCE },
      ...{ oauth: true, jwks: true, tokenProfile: 'rfc9068' },
      revocations: memoryRevocations(),
    });
    app.use(auth);
    app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
      const { clientId, scopes } = getJwt(req);
      res.json({ clientId, scopes });
    });
  });

/** Calls the guarded route with the token that a program got. */
async function callerOf(url: string, token: unknown): Promise<unknown> {
  const res = await fetch(`${url}/reports`, {
    headers: { Authorization: `Bearer ${String(token)}` },
  });
  return [res.status, await res.json()];
}
const caller = (clientId: string) => [200, { clientId, scopes: ['reports:read'] }];

test.each(['basic', 'post'])(
  'openid-client discovers the issuer, and gets a token with %s',
  async (METHOD) => {
    const { url, requests } = await start();
    const { access_token: token, ...rest } = await runProgram('openid-client.mjs', {
      ...ODD,
      ...{ ISSUER: url, METHOD },
    });
    expect(rest).toMatchObject({
      expires_in: 3600,
      active: [true, false],
      refused: [401, 'basic'],
    });
    // It has revoked the token, so the guard refuses it.
    expect(await callerOf(url, token)).toEqual([
      401,
      expect.objectContaining({ code: 'ERR_TOKEN_REVOKED' }),
    ]);
    expect(requests[0]).toBe('GET /.well-known/oauth-authorization-server');
  },
);

test('oauth4webapi gets a token, and verifies it by the profile of RFC 9068', async () => {
  const { url } = await start();
  const got = await runProgram('oauth4webapi.mjs', { ...ODD, ISSUER: url, AUDIENCE });
  expect(await callerOf(url, got.access_token)).toEqual(caller('my-client/1'));
  expect(got.claims).toMatchObject({ iss: url, aud: AUDIENCE, client_id: 'my-client/1' });
});

test('simple-oauth2 gets a token', async () => {
  const { url } = await start();
  const got = await runProgram('simple-oauth2.mjs', { ...ODD, ISSUER: url });
  expect(await callerOf(url, got.access_token)).toEqual(caller('my-client/1'));
});

test('@badgateway/oauth2-client gets a token and introspects it', async () => {
  const { url } = await start();
  const got = await runProgram('badgateway.mjs', { ...PLAIN, ISSUER: url });
  expect(got.active).toBe(true);
  expect(await callerOf(url, got.access_token)).toEqual(caller('reports'));
});

test('curl gets a token', async () => {
  const { url } = await start();
  const form = ['-d', 'grant_type=client_credentials', '-d', 'scope=reports:read'];
  const args = ['-s', '-u', `reports:${PLAIN.CLIENT_SECRET}`, `${url}/oauth/token`, ...form];
  const { stdout } = await promisify(execFile)('curl', args);
  expect(await callerOf(url, lastLineOf(stdout).access_token)).toEqual(caller('reports'));
});

(hasPython ? describe : describe.skip)('Python', () => {
  test('requests-oauthlib gets a token', async () => {
    const { url } = await start();
    const got = await runProgram('requests_oauthlib_client.py', { ...PLAIN, ISSUER: url });
    expect(await callerOf(url, got.access_token)).toEqual(caller('reports'));
  });

  test.each(['client_secret_basic', 'client_secret_post'])(
    'Authlib gets a token with %s',
    async (METHOD) => {
      const { url } = await start();
      const got = await runProgram('authlib_client.py', { ...PLAIN, ISSUER: url, METHOD });
      expect(await callerOf(url, got.access_token)).toEqual(caller('reports'));
    },
  );

  test('PyJWT verifies a token by the published keys', async () => {
    const { url } = await start();
    const { access_token: TOKEN } = await runProgram('simple-oauth2.mjs', {
      ...PLAIN,
      ISSUER: url,
    });
    const claims = await runProgram('pyjwt_verify.py', {
      ISSUER: url,
      AUDIENCE,
      TOKEN: String(TOKEN),
    });
    expect(claims).toMatchObject({ sub: 'reports', iss: url });
  });
});

(hasGo ? test : test.skip)(
  "Go's clientcredentials gets a token and calls a guarded route",
  async () => {
    const { url, requests } = await start();
    const file = path.join(__dirname, '../../examples/consumer/oauth2.go');
    expect(await runFile(file, { ...ODD, API_URL: url })).toBe(200);
    expect(requests).toEqual(['POST /oauth/token', 'GET /reports']);
  },
  120_000,
);

test('in CI the programs of Debian are not skipped', () => {
  expect((hasPython && hasGo) || !process.env.CI).toBe(true);
});
