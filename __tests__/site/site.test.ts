/** The built site of the documentation in a real browser. Needs Chromium; `npm run test:site` runs it. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import express from 'express';
import { chromium, type Browser, type Page } from 'playwright-core';

const DOCS = path.join(__dirname, '../../docs');
const SITE = path.join(DOCS, '.vitepress/dist');
const AXE = readFileSync(path.join(DOCS, 'node_modules/axe-core/axe.min.js'), 'utf8');
const filesOf = (extension: string) =>
  readdirSync(SITE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith(extension),
  );
const PAGES = filesOf('.html')
  .filter((name) => !name.startsWith('api/') && name !== '404.html')
  .concat('api/index.html');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

let browser: Browser;
let page: Page;
let server: Server;
let url: string;
const errors: string[] = [];

beforeAll(async () => {
  const app = express().use(express.static(SITE, { extensions: ['html'] }));
  server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => {
      resolve(listening);
    });
  });
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => errors.push(error.message));
}, 60_000);
afterAll(async () => {
  await browser.close();
  server.close();
});
beforeEach(() => {
  errors.length = 0;
});

async function violations(): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"] }).then((result) => result.violations)',
  );
  return (found as Violation[]).map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
}

test.each(PAGES)(
  '%s fits a phone, is accessible, and logs no error',
  async (name) => {
    await page.goto(`${url}/${name.replace(/(index)?\.html$/, '')}`, { waitUntil: 'networkidle' });
    expect(await page.title()).toContain('express-client-jwt');
    const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
    const [needed, given] = widths as [number, number];
    expect(needed).toBeLessThanOrEqual(given);
    expect(await violations()).toEqual([]);
    expect(errors).toEqual([]);
  },
  30_000,
);

test('the search finds a page', async () => {
  await page.goto(url, { waitUntil: 'networkidle' });
  // The button opens the box once the page is alive; a key press before that is lost.
  await page.locator('#local-search button').click();
  await page.fill('.VPLocalSearchBox input', 'throttle');
  await page.waitForSelector('.VPLocalSearchBox .result');
  expect(await page.textContent('.VPLocalSearchBox .result')).toMatch(/throttle/i);
}, 30_000);

test('each page is there as Markdown, and llms.txt names it', () => {
  const index = readFileSync(path.join(SITE, 'llms.txt'), 'utf8');
  const missing = PAGES.filter((name) => !/^(index|api\/index)\.html$/.test(name))
    .map((name) => name.replace('.html', '.md'))
    .filter((name) => !index.includes(name) || !filesOf('.md').includes(name));
  expect(missing).toEqual([]);
  expect(readFileSync(path.join(SITE, 'llms-full.txt'), 'utf8')).toContain('requireJwt(');
});
