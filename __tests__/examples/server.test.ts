import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const SERVER = path.join(__dirname, '../../dist/examples/server.js');

let folder: string;
let running: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'express-client-jwt-'));
});

afterEach(() => {
  running?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Started {
  readonly url: string;
  /** Everything it has printed. */
  readonly output: () => string;
  /** Stops it as a terminal or a supervisor would, and gives its exit code. */
  readonly stop: (signal: 'SIGINT' | 'SIGTERM') => Promise<number | null>;
}

/** The example server, once it says that it listens. */
async function start(): Promise<Started> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), STATE_DIR: folder };
  const child = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running = child;
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('Listening on')) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', () => {
      reject(new Error(output));
    });
  });
  return {
    url: `http://127.0.0.1:${String(port)}`,
    output: () => output,
    stop: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

/** The exit code and the outputs of a server that cannot start. */
function failToStart(PORT: string): Promise<[code: number | null, stdout: string, stderr: string]> {
  const env = { ...process.env, PORT, STATE_DIR: folder };
  const child = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running = child;
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) =>
    child.once('close', (code) => {
      resolve([code, stdout, stderr]);
    }),
  );
}

function credentialsIn(output: string, clientId: string): Record<string, string> {
  return {
    'client-id': clientId,
    'client-secret': new RegExp(`^ +${clientId} +(\\S{43})$`, 'm').exec(output)?.[1] ?? '',
  };
}

test('the first start makes two clients, and the printed secrets and curl lines work', async () => {
  const { url, output, stop } = await start();
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
  const logged = output().split('Listening on')[1] ?? '';
  expect(logged).toContain('"path":"/auth/jwt"');
  expect(logged).not.toContain(headers['client-secret']);
  expect(logged).not.toContain('eyJ');
});

test('the log keeps no secret, in whatever header or query it was sent', async () => {
  const { url, output, stop } = await start();
  const secret = 'a-secret-in-a-wrong-place';
  const names = ['client_secret', 'clientsecret', 'x-client-secret', 'authorization', 'cookie'];
  for (const name of names)
    await fetch(`${url}/auth/jwt?client_secret=${secret}`, { headers: { [name]: secret } });
  expect(await stop('SIGTERM')).toBe(0);
  expect(output()).toContain('"statusCode":400');
  expect(output()).not.toContain(secret);
});

test('the URL that it prints says which routes there are', async () => {
  const { url, stop } = await start();
  expect(await (await fetch(url)).json()).toMatchObject({ example: 'express-client-jwt' });
  await stop('SIGTERM');
});

test.each([
  ['abc', 'PORT must be a number from 0 to 65535.\n'],
  ['70000', 'PORT must be a number from 0 to 65535.\n'],
])('PORT=%s is refused in one sentence, and no clients are made', async (PORT, sentence) => {
  expect(await failToStart(PORT)).toEqual([1, '', sentence]);
  expect(existsSync(path.join(folder, 'clients.json'))).toBe(false);
});

test('a port in use is refused in one sentence, before a secret is shown', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const port = String((other.address() as AddressInfo).port);
  const sentence = `Port ${port} is in use. Choose another one: PORT=3001 npm start\n`;
  expect(await failToStart(port)).toEqual([1, '', sentence]);
  expect(existsSync(path.join(folder, 'clients.json'))).toBe(false);
  other.close();
});

test('the second start has the same clients and does not show their secrets again', async () => {
  const first = await start();
  const headers = credentialsIn(first.output(), 'editor');
  expect(await first.stop('SIGTERM')).toBe(0);

  const second = await start();
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
  const { output, stop } = await start();
  const files = ['clients.json', 'jwt-secret'].map((name) => path.join(folder, name));
  const secret = credentialsIn(output(), 'reader')['client-secret'];
  for (const file of files) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
  }
  await stop('SIGTERM');
});

test('a client that the command-line tool adds gets a token without a restart', async () => {
  const { url, stop } = await start();
  const main = path.join(__dirname, '../../dist/cli/main.js');
  const args = ['client', 'add', 'nightly', '--file', path.join(folder, 'clients.json'), '--json'];
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
  const { url, stop } = await start();
  await (await fetch(`${url}/health`)).text();
  expect(await stop('SIGTERM')).toBe(0);
});
