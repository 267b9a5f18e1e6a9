/** The page of the example server, used as a person would. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { errorsOf, fits, launchBrowser, violationsOf } from '../support/browser';
import { credentialsIn, exampleServers, type ExampleServer } from '../support/example-server';

let browser: Browser;
let page: Page;
let errors: string[];
let servers: ReturnType<typeof exampleServers>;
let server: ExampleServer;

beforeAll(async () => {
  servers = exampleServers();
  [browser, server] = await Promise.all([launchBrowser(), servers.start()]);
}, 30_000);

afterAll(async () => {
  servers.clean();
  await browser.close();
});

async function open(options: BrowserContextOptions = {}, url = server.pageUrl): Promise<void> {
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  errors = errorsOf(page);
  await page.goto(url);
  await page.getByText('Connected.').waitFor();
}

afterEach(async () => {
  // Each refusal is an error of the network in the console, and nothing else is.
  expect(errors.filter((error) => !error.startsWith('Failed to load resource'))).toEqual([]);
  await page.close();
});

const statusOf = (part: 'get' | 'call', status: string) =>
  page.locator(`#${part}-exchange .status`, { hasText: status }).waitFor();

const newestEvent = (text: string) =>
  page.locator('#events li').first().filter({ hasText: text }).waitFor();

async function getToken(): Promise<void> {
  await page.getByRole('button', { name: 'Get a token' }).click();
  await statusOf('get', '200 OK');
  await page.getByText(/^Expires in (60:00|59:\d\d)$/).waitFor();
}

const send = (name: string) => page.getByRole('button', { name }).click();
const code = (part: 'get' | 'call') => page.locator(`#${part}-exchange pre`).first().innerText();

test('the secrets of the first start are filled in, and are in neither the address nor the code', async () => {
  await open();
  const { 'client-secret': secret = '' } = credentialsIn(server.output(), 'reader');
  expect(await page.getByLabel('Client ID').inputValue()).toBe('reader');
  expect(await page.getByLabel('Client secret').inputValue()).toBe(secret);
  expect(page.url()).toBe(`${server.url}/`);
  expect(await code('get')).not.toContain(secret);
  await page.getByLabel('Show the secret').check();
  expect(await code('get')).toContain(`-H 'client-secret: ${secret}'`);
});

test('a token is taken apart, and a guarded route accepts it', async () => {
  await open();
  await getToken();
  expect(await page.locator('#claims').innerText()).toMatch(/sub\s+reader/);
  await newestEvent('token.issued');
  await page.getByLabel('Route').selectOption('GET /reports');
  await send('Send with the token');
  await statusOf('call', '200 OK');
});

test.each([
  ['Without a token', '401 Unauthorized', 'ERR_TOKEN_MISSING'],
  ['With one character changed', '401 Unauthorized', 'ERR_TOKEN_SIGNATURE'],
])('the button "%s" shows %s, and its event has the code %s', async (name, status, event) => {
  await open();
  await getToken();
  await send(name);
  await statusOf('call', status);
  await newestEvent(event);
});

test('a client without the scope is refused, and one with it is not', async () => {
  await open();
  await getToken();
  await page.getByLabel('Route').selectOption('DELETE /reports/1');
  await send('Send with the token');
  await statusOf('call', '403 Forbidden');
  await page.getByRole('button', { name: 'editor' }).click();
  await getToken();
  await page.locator('#claims', { hasText: 'reports:write' }).waitFor();
  await send('Send with the token');
  await statusOf('call', '200 OK');
});

test('the address fills in the secrets too if it is opened again in the same tab', async () => {
  await open({}, server.url);
  await page.goto(server.pageUrl);
  await page.getByRole('button', { name: 'editor' }).click();
  await getToken();
});

test('the page says whose token it is if another client is filled in, and forgets the response', async () => {
  await open();
  await getToken();
  await page.getByRole('button', { name: 'editor' }).click();
  await page.getByText('The token is that of reader. Get a token as editor first.').waitFor();
  await statusOf('get', 'Not sent yet.');
});

test('the OAuth endpoint gives a token, and refuses a wrong secret without a dialog of the browser', async () => {
  await open();
  await page.getByLabel('POST /oauth/token').check();
  await getToken();
  await page.getByLabel('Client secret').fill('wrong');
  await page.getByRole('button', { name: 'Get a token' }).click();
  await statusOf('get', '401 Unauthorized');
  await newestEvent('wrong_secret');
});

test('an expired token is shown as expired and refused', async () => {
  const short = exampleServers();
  try {
    await open({}, (await short.start({ EXPIRES_IN: '1' })).pageUrl);
    await page.getByRole('button', { name: 'Get a token' }).click();
    await page.getByText('Expired. Get another token.').waitFor();
    await send('Send with the token');
    await statusOf('call', '401 Unauthorized');
    await newestEvent('ERR_TOKEN_EXPIRED');
  } finally {
    short.clean();
  }
});

test.each(['curl', 'fetch', 'Python'])('the request is shown as %s', async (language) => {
  await open();
  await page.locator('#get-exchange').getByLabel(language).check();
  expect(await code('get')).toContain(`${server.url}/auth/jwt`);
  expect(await code('get')).toMatch(
    { curl: /^curl -i/, fetch: /await fetch\(/, Python: /^import requests/ }[language] ?? /^$/,
  );
});

test('a server that has stopped is told from a refusal', async () => {
  const other = exampleServers();
  try {
    const started = await other.start();
    await open({}, started.pageUrl);
    await started.stop('SIGTERM');
    await send('Without a token');
    await statusOf('call', 'Is the server running?');
    await page.getByText('Disconnected.').waitFor();
  } finally {
    other.clean();
  }
});

test('everything can be reached and used with the keyboard', async () => {
  await open();
  await page.getByLabel('Client secret').focus();
  await page.keyboard.press('Enter');
  await statusOf('get', '200 OK');
  await page.getByRole('button', { name: 'Send with the token' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await statusOf('call', '401 Unauthorized');
});

const PHONE = { width: 390, height: 844 };
const LOOKS: readonly [string, BrowserContextOptions][] = [
  ['a desktop', {}],
  ['a dark desktop', { colorScheme: 'dark' }],
  ['a phone', { viewport: PHONE }],
  ['a dark phone', { viewport: PHONE, colorScheme: 'dark' }],
];

test.each(LOOKS)(
  'on %s, axe-core finds nothing before, during and after a refusal',
  async (_name, options) => {
    await open(options);
    const found = await violationsOf(page);
    await getToken();
    found.push(...(await violationsOf(page)));
    await send('With one character changed');
    await newestEvent('ERR_TOKEN_SIGNATURE');
    found.push(...(await violationsOf(page)));
    expect([found, await fits(page)]).toEqual([[], true]);
  },
);

test('the second start has no secrets, and the page says how to get one', async () => {
  await open({}, server.url);
  expect(await page.getByLabel('Client secret').inputValue()).toBe('');
  await page.getByText('client rotate reader').waitFor();
  expect(await violationsOf(page)).toEqual([]);
});

test('the documentation shows the guarded routes and the token endpoints', async () => {
  page = await browser.newPage();
  errors = errorsOf(page);
  await page.goto(`${server.url}/docs/`);
  for (const route of ['/auth/jwt', '/oauth/token', '/reports/{id}'])
    await page.locator(`[data-path="${route}"]`).first().waitFor();
});
