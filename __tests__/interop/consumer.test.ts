/** The recipes for HTTP libraries that nobody here wrote, and a caller in Python, against a real API. */
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { createJwtAuth, requireJwt } from 'express-client-jwt';

import { hasPython, runFile, serve } from './program';

const ROOT = path.join(__dirname, '../..');
const RECIPES = path.join(ROOT, 'examples/consumer');
const CREDENTIALS = { CLIENT_ID: 'robot', CLIENT_SECRET: 'a-secret-of-the-robot' };

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(__dirname, 'recipes-'));
  for (const name of ['axios', 'got', 'undici'])
    copyFileSync(path.join(RECIPES, `${name}.mjs`), path.join(folder, `${name}.mjs`));
  copyFileSync(path.join(__dirname, 'fixtures/consumer.mjs'), path.join(folder, 'consumer.mjs'));
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(ROOT, path.join(folder, 'node_modules/express-client-jwt'), 'dir');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** An API with a guarded route, one that nobody may call, and one that redirects to another origin. */
async function startApi() {
  const leaks: string[] = [];
  const { url: other } = await serve((app) => {
    app.use((req, res) => {
      if (req.headers.authorization) leaks.push(req.headers.authorization);
      res.end();
    });
  });
  const { url, requests } = await serve((app) => {
    const auth = createJwtAuth({
      keys: randomBytes(32),
      verifier: {
        verify: ({ clientId, clientSecret }) =>
          Promise.resolve(clientSecret === CREDENTIALS.CLIENT_SECRET ? { clientId } : undefined),
      },
    });
    app.use(auth);
    app.post('/end-tokens', (_req, res) => {
      auth.replaceKeys(randomBytes(32));
      res.end();
    });
    app.get('/away', (_req, res) => {
      res.redirect(`${other}/x`);
    });
    app.get('/admin', requireJwt({ scope: 'admin' }), (_req, res) => void res.end());
    app.get('/reports', requireJwt(), (_req, res) => void res.end());
  });
  const tokenRequests = () => requests.filter((line) => line === 'POST /auth/jwt').length;
  return { url, leaks, tokenRequests };
}

test.each(['axios', 'got', 'undici'])(
  '%s keeps one token, gets another one after a 401, and none after a 403 or for a redirect',
  async (LIBRARY) => {
    const { url: API_URL, leaks, tokenRequests } = await startApi();
    const file = path.join(folder, 'consumer.mjs');
    const env = { ...CREDENTIALS, API_URL, LIBRARY };
    expect(await runFile(file, env)).toEqual({
      first: [200, 200],
      later: [200, 200],
      forbidden: 403,
    });
    expect([tokenRequests(), leaks]).toEqual([2, []]);
  },
);

(hasPython ? test : test.skip)('the caller in Python keeps one token', async () => {
  const { url: API_URL, tokenRequests } = await startApi();
  const file = path.join(RECIPES, 'call.py');
  expect(await runFile(file, { ...CREDENTIALS, API_URL })).toBe(200);
  expect(tokenRequests()).toBe(1);
});

describe('the caller in bash', () => {
  const file = path.join(RECIPES, 'call.sh');
  const envOf = (API_URL: string) => ({
    ...{ ...CREDENTIALS, API_URL, TOKEN_FILE: path.join(folder, `token-${String(Date.now())}`) },
  });

  test('keeps one token in a file that only its owner can read', async () => {
    const { url, tokenRequests } = await startApi();
    const env = envOf(url);
    expect(await runFile(file, env)).toBe(200);
    expect(await runFile(file, env)).toBe(200);
    expect(tokenRequests()).toBe(1);
    expect(statSync(env.TOKEN_FILE).mode & 0o777).toBe(0o600);
  });

  test('gets another token after a 401', async () => {
    const { url, tokenRequests } = await startApi();
    const env = envOf(url);
    expect(await runFile(file, env)).toBe(200);
    await fetch(`${url}/end-tokens`, { method: 'POST' });
    expect(await runFile(file, env)).toBe(200);
    expect(tokenRequests()).toBe(2);
  });

  test('does not send the token of one API or client to another', async () => {
    const [first, second] = [await startApi(), await startApi()];
    const env = envOf(first.url);
    expect(await runFile(file, env)).toBe(200);
    expect(await runFile(file, { ...env, API_URL: second.url })).toBe(200);
    expect(await runFile(file, { ...env, API_URL: second.url, CLIENT_ID: 'other' })).toBe(200);
    expect([first.tokenRequests(), second.tokenRequests()]).toEqual([1, 2]);
  });

  test('neither follows nor keeps a file of tokens that is a link', async () => {
    const { url, tokenRequests } = await startApi();
    const env = envOf(url);
    const victim = path.join(folder, 'victim');
    writeFileSync(victim, 'keep me');
    symlinkSync(victim, env.TOKEN_FILE);
    expect(await runFile(file, env)).toBe(200);
    expect(readFileSync(victim, 'utf8')).toBe('keep me');
    expect(lstatSync(env.TOKEN_FILE).isSymbolicLink()).toBe(false);
    expect(tokenRequests()).toBe(1);
  });

  test('sends nothing if the client ID has a line break', async () => {
    const { url, tokenRequests } = await startApi();
    const env = { ...envOf(url), CLIENT_ID: 'robot\nx-injected: yes' };
    await expect(runFile(file, env)).rejects.toThrow('must be visible ASCII characters');
    expect(tokenRequests()).toBe(0);
  });

  test('fails with the reason, and shows no secret, if the server refuses it', async () => {
    const { url } = await startApi();
    const error = await runFile(file, { ...envOf(url), CLIENT_SECRET: 'a-wrong-secret' }).then(
      () => undefined,
      (cause: unknown) => cause as Error & { stderr: string },
    );
    expect(error?.stderr).toContain('responded with 403: {"error":"invalid_client"');
    expect(error?.stderr).not.toContain('a-wrong-secret');
  });
});
