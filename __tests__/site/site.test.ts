/** The built site of the documentation in a real browser. Needs Chromium; `npm run test:site` runs it. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import express from 'express';
import type { Browser, Page } from 'playwright-core';

import { errorsOf, fits, launchBrowser, violationsOf } from '../support/browser';

const DOCS = path.join(__dirname, '../../docs');
const SITE = path.join(DOCS, '.vitepress/dist');
const filesOf = (extension: string) =>
  readdirSync(SITE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith(extension),
  );
const PAGES = filesOf('.html')
  .filter((name) => !name.startsWith('api/') && name !== '404.html')
  .concat('api/index.html');

let browser: Browser;
let page: Page;
let server: Server;
let url: string;
let errors: string[];

beforeAll(async () => {
  const app = express().use(express.static(SITE, { extensions: ['html'] }));
  server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => {
      resolve(listening);
    });
  });
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  errors = errorsOf(page);
}, 60_000);
afterAll(async () => {
  await browser.close();
  server.close();
});
beforeEach(() => {
  errors.length = 0;
});

/** The rules of WCAG: those for good practice are the theme's to follow. */
const WCAG = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] };

test.each(PAGES)(
  '%s fits a phone, is accessible, and logs no error',
  async (name) => {
    await page.goto(`${url}/${name.replace(/(index)?\.html$/, '')}`, { waitUntil: 'networkidle' });
    expect(await page.title()).toContain('express-client-jwt');
    expect(await fits(page)).toBe(true);
    expect(await violationsOf(page, WCAG)).toEqual([]);
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
