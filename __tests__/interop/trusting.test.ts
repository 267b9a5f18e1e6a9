/** Our guard verifies tokens of issuers that nobody here wrote, and opens an MCP server to the official client. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { createJwtGuard, getJwt, requireJwt, type JwtGuardOptions } from 'express-client-jwt';

import { runProgram, serve } from './program';

const AUDIENCE = 'https://api.example.com';
const CLIENT = { CLIENT_ID: 'robot', CLIENT_SECRET: randomBytes(24).toString('hex') };

const guarded = (options: JwtGuardOptions) =>
  serve((app) => {
    app.use(createJwtGuard(options));
    app.get('/', requireJwt({ scope: 'reports:read' }), (req, res) => {
      const { clientId, scopes } = getJwt(req);
      res.json({ clientId, scopes });
    });
  });
const call = async (url: string, token: string) => {
  const res = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
  return [res.status, await res.json()] as const;
};

/** Starts oidc-provider, which runs until the function is called. */
async function startOidcProvider() {
  const file = path.join(__dirname, 'fixtures/oidc-provider.mjs');
  const env = { ...process.env, ...CLIENT, AUDIENCE };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines)
    if (line.startsWith('{'))
      return { child, ...(JSON.parse(line) as { issuer: string; access_token: string }) };
  throw new Error('oidc-provider did not start.');
}

test('a guard discovers oidc-provider, and accepts its tokens (RS256, at+jwt)', async () => {
  const { child, issuer, access_token: token } = await startOidcProvider();
  try {
    const { url } = await guarded({ issuer, audience: AUDIENCE, tokenProfile: 'rfc9068' });
    expect(await call(url, token)).toEqual([200, { clientId: 'robot', scopes: ['reports:read'] }]);
    const other = await guarded({ issuer, audience: 'https://other.example.com' });
    expect(await call(other.url, token)).toEqual([
      401,
      expect.objectContaining({ code: 'ERR_TOKEN_AUDIENCE' }),
    ]);
  } finally {
    child.kill();
  }
});

test('a guard accepts tokens of @jmondi/oauth2-server by a shared secret, if they have a sub', async () => {
  const SHARED_SECRET = randomBytes(32).toString('hex');
  const issuer = 'https://issuer.example.com';
  const { url } = await guarded({ keys: SHARED_SECRET, issuer });
  const env = { ...CLIENT, SHARED_SECRET, ISSUER: issuer };
  const tokenWith = async (more: Record<string, string>) =>
    String((await runProgram('jmondi.mjs', { ...env, ...more })).access_token);
  expect(await call(url, await tokenWith({ WITH_SUB: 'yes' }))).toEqual([
    200,
    { clientId: 'robot', scopes: ['reports:read'] },
  ]);
  expect(await call(url, await tokenWith({}))).toEqual([
    401,
    expect.objectContaining({ code: 'ERR_TOKEN_CLAIMS' }),
  ]);
});

test('the official MCP client finds the issuer, gets a token and calls a tool that sees its ID', async () => {
  const { caller, flow, refused } = await runProgram('mcp.mjs', {});
  expect(caller).toEqual({
    clientId: 'robot',
    scopes: ['tools'],
    expiresAt: expect.any(Number) as number,
  });
  expect(flow).toEqual([
    'POST /mcp 401',
    'GET /.well-known/oauth-protected-resource/mcp 200',
    'GET /.well-known/oauth-authorization-server 200',
    'POST /oauth/token 200',
    'POST /mcp 200',
    'POST /mcp 202',
    'POST /mcp 200',
  ]);
  expect(refused).toBe('OAuthError');
});
