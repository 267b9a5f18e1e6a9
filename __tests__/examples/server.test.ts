import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { credentialsIn, exampleServers } from '../support/example-server';

let servers: ReturnType<typeof exampleServers>;

beforeEach(() => {
  servers = exampleServers();
});

afterEach(() => {
  servers.clean();
});

test('the first start creates two clients, and the printed secrets and curl lines work', async () => {
  const { url, output, stop } = await servers.start();
  const headers = credentialsIn(output(), 'reader');
  expect(output()).toContain(
    `curl -i -X POST ${url}/auth/jwt -H "client-id: reader" -H "client-secret: ${headers['client-secret'] ?? ''}"`,
  );
  for (const method of ['GET', 'POST']) {
    const res = await fetch(`${url}/auth/jwt`, { method, headers });
    expect([res.status, res.headers.get('authorization')]).toEqual([
      200,
      expect.stringMatching(/^Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\./),
    ]);
  }
  const authorization =
    (await fetch(`${url}/auth/jwt`, { headers })).headers.get('authorization') ?? '';
  const call = async (route: string, init: RequestInit = {}) =>
    (await fetch(url + route, init)).status;
  expect([
    await call('/health'),
    await call('/reports'),
    await call('/hello', { headers: { authorization } }),
    await call('/reports', { headers: { authorization } }),
    await call('/reports/1', { method: 'DELETE', headers: { authorization } }),
  ]).toEqual([200, 401, 200, 200, 403]);
  expect(await stop('SIGINT')).toBe(0);
  const logged = output().slice(output().indexOf('{'));
  expect(logged).toContain('"path":"/auth/jwt"');
  expect(logged).not.toContain(headers['client-secret']);
  expect(logged).not.toContain('eyJ');
});

test('the log keeps no secret, in whatever header or query it was sent', async () => {
  const { url, output, stop } = await servers.start();
  const secret = 'a-secret-in-a-wrong-place';
  const names = ['client_secret', 'clientsecret', 'x-client-secret', 'authorization', 'cookie'];
  for (const name of names)
    await fetch(`${url}/auth/jwt?client_secret=${secret}`, { headers: { [name]: secret } });
  expect(await stop('SIGTERM')).toBe(0);
  expect(output()).toContain('"statusCode":400');
  expect(output()).not.toContain(secret);
});

test('the first line is the address of the page, with the secrets in its fragment at the first start', async () => {
  const first = await servers.start();
  const { hash, pathname } = new URL(first.pageUrl);
  const { 'client-secret': secret } = credentialsIn(first.output(), 'editor');
  expect([pathname, new URLSearchParams(hash.slice(1)).get('editor')]).toEqual(['/', secret]);
  await first.stop('SIGTERM');
  const second = await servers.start();
  expect(second.pageUrl).toBe(second.url);
  await second.stop('SIGTERM');
});

test.each([
  ['/', 'text/html'],
  ['/page.js', 'text/javascript'],
  ['/docs/', 'text/html'],
  ['/docs/swagger-ui-bundle.js', 'text/javascript'],
  ['/openapi.json', 'application/json'],
])('%s is served as %s, and may load nothing from another host', async (route, type) => {
  const { url, stop } = await servers.start();
  const res = await fetch(url + route);
  await res.arrayBuffer();
  expect([res.status, res.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining(type),
  ]);
  const policy = res.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  await stop('SIGTERM');
});

test('the server stops while a page shows its events', async () => {
  const { url, stop } = await servers.start();
  const res = await fetch(`${url}/events`);
  expect(res.headers.get('content-type')).toContain('text/event-stream');
  expect(await stop('SIGTERM')).toBe(0);
  expect(await res.text()).toBe('');
});

test.each([
  ['abc', 'PORT must be a number from 0 to 65535.\n'],
  ['70000', 'PORT must be a number from 0 to 65535.\n'],
])('PORT=%s is refused in one sentence, and no clients are created', async (PORT, sentence) => {
  expect(await servers.failToStart({ PORT })).toEqual([1, '', sentence]);
  expect(existsSync(path.join(servers.folder, 'clients.json'))).toBe(false);
});

test('EXPIRES_IN is refused in one sentence if it is no lifetime', async () => {
  const [code, stdout, stderr] = await servers.failToStart({ EXPIRES_IN: 'an hour' });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^createJwtAuth: expiresInSeconds must be [^\n]+\n$/);
});

test('a folder with clients but without their key is kept as it is', async () => {
  const file = path.join(servers.folder, 'clients.json');
  writeFileSync(file, '{"clients":[]}');
  const [code, , stderr] = await servers.failToStart({});
  expect([code, stderr]).toEqual([
    1,
    `${servers.folder} has only one of jwt-secret and clients.json. Delete it to start anew.\n`,
  ]);
  expect(readFileSync(file, 'utf8')).toBe('{"clients":[]}');
});

test('the events are not sent to a page of another host name', async () => {
  const { url, stop } = await servers.start();
  const statusFor = async (host: string): Promise<number | undefined> => {
    const [res] = (await once(get(`${url}/events`, { headers: { host } }), 'response')) as [
      IncomingMessage,
    ];
    res.destroy();
    return res.statusCode;
  };
  expect([await statusFor('localhost:1'), await statusFor('evil.example')]).toEqual([200, 421]);
  await stop('SIGTERM');
});

test('a port in use is refused in one sentence, before a secret is shown', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const port = String((other.address() as AddressInfo).port);
  const sentence = `Port ${port} is in use. Choose another one: PORT=3001 npm start\n`;
  expect(await servers.failToStart({ PORT: port })).toEqual([1, '', sentence]);
  expect(existsSync(path.join(servers.folder, 'clients.json'))).toBe(false);
  other.close();
});

test('the second start has the same clients and does not show their secrets again', async () => {
  const first = await servers.start();
  const headers = credentialsIn(first.output(), 'editor');
  expect(await first.stop('SIGTERM')).toBe(0);

  const second = await servers.start();
  expect(second.output()).not.toContain(headers['client-secret']);
  const res = await fetch(`${second.url}/auth/jwt`, { headers });
  const authorization = res.headers.get('authorization') ?? '';
  expect(
    (await fetch(`${second.url}/reports/1`, { method: 'DELETE', headers: { authorization } }))
      .status,
  ).toBe(200);
  expect(await second.stop('SIGTERM')).toBe(0);
});

test('the files are for their owner only and have no secret of a client in them', async () => {
  const { output, stop } = await servers.start();
  const files = ['clients.json', 'jwt-secret'].map((name) => path.join(servers.folder, name));
  const secret = credentialsIn(output(), 'reader')['client-secret'];
  for (const file of files) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
  }
  await stop('SIGTERM');
});

test('a client that the command-line tool adds gets a token without a restart', async () => {
  const { url, stop } = await servers.start();
  const main = path.join(__dirname, '../../dist/cli/main.js');
  const args = [
    'client',
    'add',
    'nightly',
    '--file',
    path.join(servers.folder, 'clients.json'),
    '--json',
  ];
  const { clientSecret } = JSON.parse(
    execFileSync(process.execPath, [main, ...args], { encoding: 'utf8' }),
  ) as Record<string, string>;
  const headers = { 'client-id': 'nightly', 'client-secret': clientSecret ?? '' };
  let status = 0;
  // Within a second the file is looked at again; the server has a clock of its own.
  for (let attempt = 0; attempt < 200 && status !== 200; attempt += 1) {
    status = (await fetch(`${url}/auth/jwt`, { headers })).status;
    if (status !== 200) await delay(50);
  }
  expect(status).toBe(200);
  await stop('SIGTERM');
});

test('it stops while a client keeps its connection open', async () => {
  const { url, stop } = await servers.start();
  await (await fetch(`${url}/health`)).text();
  expect(await stop('SIGTERM')).toBe(0);
});
