/** A page of one origin calls an API of another in a real browser. Needs Chromium; `npm run test:browser` runs it. */
import path from 'node:path';

import { buildSync } from 'esbuild';
import express from 'express';
import { createJwtAuth, requireJwt, type JwtAuthOptions } from 'express-client-jwt';
import type { Browser, Page } from 'playwright-core';

import { launchBrowser } from '../support/browser';
import { KEY, OTHER_KEY } from '../support/mint';
import { listen } from '../support/raw-http';

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
}, 30_000);

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  const pages = express();
  pages.get('/', (_req, res) => {
    res.type('html').send('<title>a page</title>');
  });
  page = await browser.newPage();
  pages.get('/consumer.js', (_req, res) => {
    res.type('js').send(consumer());
  });
  await page.goto(`http://127.0.0.1:${String(await listen(pages))}/`);
});

/** The subpath for callers as one script, as a bundler makes it for a page. */
function consumer(): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(__dirname, '../../lib/consumer/index.ts')],
    ...{ bundle: true, minify: true, write: false, format: 'esm' },
  });
  return outputFiles[0]?.text ?? '';
}

/** An API that allows every origin, as the cors package does; it also responds to the preflight of the token route. */
async function api(options: Partial<JwtAuthOptions>, requests: string[] = []): Promise<string> {
  const app = express();
  app.use((req, res, next) => {
    requests.push(`${req.method} ${req.path}`);
    res.set({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'authorization, client-id, client-secret',
      'Access-Control-Expose-Headers': 'WWW-Authenticate',
    });
    if (req.method === 'OPTIONS') res.status(204).end();
    else next();
  });
  const verifier = {
    verify: ({ clientId }: { clientId: string }) => Promise.resolve({ clientId }),
  };
  const auth = createJwtAuth({ keys: KEY, verifier, ...options });
  app.use(auth);
  app.post('/end-tokens', (_req, res) => {
    auth.replaceKeys(OTHER_KEY);
    res.end();
  });
  app.get('/hello', requireJwt(), (req, res) => {
    res.json({ hello: req.jwt?.clientId });
  });
  return `http://127.0.0.1:${String(await listen(app))}`;
}

/** The parts of the token route's response that the page can read. */
function askForToken(url: string) {
  return page.evaluate(async (base) => {
    const res = await fetch(`${base}/auth/jwt`, {
      headers: { 'client-id': 'page', 'client-secret': 'secret' },
    });
    return {
      status: res.status,
      authorization: res.headers.get('authorization'),
      body: (await res.json()) as { access_token?: string },
    };
  }, url);
}

test('a page reads the token from the header with exposeToken, and calls a guarded route with it', async () => {
  const url = await api({ exposeToken: true });
  const { status, authorization } = await askForToken(url);
  expect([status, authorization]).toEqual([200, expect.stringMatching(/^Bearer eyJ/)]);
  const greeting = await page.evaluate(
    async ([base = '', header = '']) =>
      (await fetch(`${base}/hello`, { headers: { authorization: header } })).text(),
    [url, authorization ?? ''],
  );
  expect(greeting).toBe('{"hello":"page"}');
});

test('a page cannot read the token header without exposeToken', async () => {
  const { status, authorization } = await askForToken(await api({}));
  expect([status, authorization]).toEqual([200, null]);
});

test('a page reads the token from the body with tokenInBody', async () => {
  const { body } = await askForToken(await api({ tokenInBody: true }));
  expect(body.access_token).toMatch(/^eyJ/);
});

test('the browser does not cache the response: every GET gets a new token', async () => {
  const url = await api({ exposeToken: true });
  const [one, two] = [await askForToken(url), await askForToken(url)];
  expect(one.authorization).not.toBe(two.authorization);
});

/** The part of the subpath that the page uses. */
interface Consumer {
  createTokenSource(options: object): object;
  createAuthorizedFetch(source: object, options: object): typeof fetch;
}

test('the consumer in a page keeps one token, and gets another one after a 401', async () => {
  const requests: string[] = [];
  const url = await api({ exposeToken: true }, requests);
  const bodies = await page.evaluate(async (base) => {
    const script = '/consumer.js';
    const { createTokenSource, createAuthorizedFetch } = (await import(script)) as Consumer;
    let now = 0;
    const credentials = { clientId: 'page', clientSecret: 'secret', clock: () => now };
    const source = createTokenSource({ url: `${base}/auth/jwt`, ...credentials });
    const call = createAuthorizedFetch(source, { origins: [base] });
    const many = Array.from({ length: 20 }, async () => (await call(`${base}/hello`)).text());
    const first = new Set(await Promise.all(many));
    await fetch(`${base}/end-tokens`, { method: 'POST' });
    // A token younger than a second is not replaced, because the server would refuse the next one too.
    now += 2000;
    const again = await call(`${base}/hello`);
    return [...first, again.status, await again.text()];
  }, url);
  expect(bodies).toEqual(['{"hello":"page"}', 200, '{"hello":"page"}']);
  expect(requests.filter((each) => each === 'POST /auth/jwt')).toHaveLength(2);
});

test('the consumer in a page says why it cannot read a token that is not exposed', async () => {
  const url = await api({});
  const message = await page.evaluate(async (base) => {
    const script = '/consumer.js';
    const { createTokenSource, createAuthorizedFetch } = (await import(script)) as Consumer;
    const credentials = { clientId: 'page', clientSecret: 'a-secret-of-the-page' };
    const source = createTokenSource({ url: `${base}/auth/jwt`, ...credentials });
    const call = createAuthorizedFetch(source, { origins: [base] });
    return call(`${base}/hello`).then(String, String);
  }, url);
  expect(message).toContain('TokenError');
  expect(message).toContain('exposeToken');
  expect(message).not.toContain('a-secret-of-the-page');
});
