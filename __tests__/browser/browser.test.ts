/** A page of one origin calls an API of another in a real browser. Needs Chromium; `npm run test:browser` runs it. */
import express from 'express';
import { createJwtAuth, requireJwt, type JwtAuthOptions } from 'express-client-jwt';
import { chromium, type Browser, type Page } from 'playwright-core';

import { KEY } from '../support/mint';
import { listen } from '../support/raw-http';

let browser: Browser;
let page: Page;

const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
];

beforeAll(async () => {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-sync', '--disable-dev-shm-usage', ...QUIET],
  });
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
  await page.goto(`http://127.0.0.1:${String(await listen(pages))}/`);
});

/** An API that allows every origin, as the cors package does; it also responds to the preflight of the token route. */
async function api(options: Partial<JwtAuthOptions>): Promise<string> {
  const app = express();
  app.use((req, res, next) => {
    res.set({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'authorization, client-id, client-secret',
    });
    if (req.method === 'OPTIONS') res.status(204).end();
    else next();
  });
  const verifier = {
    verify: ({ clientId }: { clientId: string }) => Promise.resolve({ clientId }),
  };
  app.use(createJwtAuth({ keys: KEY, verifier, ...options }));
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
