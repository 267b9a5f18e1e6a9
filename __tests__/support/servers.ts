/** Real servers for tests: each on a free port of 127.0.0.1, in a temporary folder, stopped by its pid after the tests. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { Client } from 'pg';

/** A server that a test can stop and restart with the same port and data. */
export interface TestServer {
  readonly url: string;
  /** Does nothing if the server is already running. */
  start(): Promise<void>;
  /** Stops the server and keeps its data. */
  stop(): Promise<void>;
  /** Stops the server and deletes its data. */
  remove(): Promise<void>;
}

const postgresFolder = ['/usr/lib/postgresql', '/usr/local/pgsql']
  .flatMap((root) =>
    existsSync(root) ? readdirSync(root).map((name) => path.join(root, name, 'bin')) : [],
  )
  .find((bin) => existsSync(path.join(bin, 'initdb')));
const programOf = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(':')
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
const redisServer = programOf('redis-server');
const memcachedServer = programOf('memcached');
const nginx = programOf('nginx');

/** `describe` if these servers are installed. CI must have them; elsewhere the tests are skipped with a warning. */
export function describeWithServers(title: string, tests: () => void): void {
  const servers = {
    ...{ PostgreSQL: postgresFolder, Redis: redisServer },
    ...{ Memcached: memcachedServer, nginx },
  };
  const missing = Object.entries(servers).flatMap(([name, place]) => (place ? [] : [name]));
  if (missing.length > 0 && process.env.CI) throw new Error(`CI needs ${missing.join(' and ')}.`);
  if (missing.length > 0)
    console.warn(`SKIPPED, since ${missing.join(' and ')} cannot be found here: ${title}`);
  (missing.length > 0 ? describe.skip : describe)(title, tests);
}

export async function createPostgres(): Promise<TestServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'postgres-'));
  const port = await freePort();
  const bin = (name: string) => path.join(postgresFolder ?? '', name);
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? idsOf('postgres') : undefined;
  if (user) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const data = path.join(folder, 'data');
  const init = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ];
  execFileSync(bin('initdb'), init, { ...user, cwd: folder, stdio: 'ignore' });
  const fast = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'].flatMap(
    (setting) => ['-c', setting],
  );
  const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, ...fast];
  const url = `postgres://postgres@127.0.0.1:${String(port)}/postgres`;
  const run = () => spawn(bin('postgres'), args, { ...user, cwd: folder, stdio: 'ignore' });
  return createServer(url, folder, run, () => canQuery(url));
}

export async function createRedis(): Promise<TestServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'redis-'));
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const run = () => spawn(redisServer ?? '', args, { stdio: 'ignore' });
  return createServer(`redis://127.0.0.1:${String(port)}`, folder, run, () => canConnect(port));
}

export async function createMemcached(): Promise<TestServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'memcached-'));
  const port = await freePort();
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const args = ['-l', '127.0.0.1', '-p', String(port), '-U', '0', ...user];
  const run = () => spawn(memcachedServer ?? '', args, { stdio: 'ignore' });
  return createServer(`127.0.0.1:${String(port)}`, folder, run, () => canConnect(port));
}

/** What a test sets in the configuration of nginx. */
export interface NginxSettings {
  /** Directives of `http`. */
  readonly http?: string;
  /** Directives of `server`. */
  readonly server?: string;
  /** Directives of `location /`, which proxies to the app. */
  readonly location?: string;
  /** The PEM files of a certificate and its key. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** nginx in front of an app; `configure` writes its configuration once the port of the app is known. */
export async function createNginx(): Promise<
  TestServer & { configure(appPort: number, settings: NginxSettings): void }
> {
  const folder = mkdtempSync(path.join(tmpdir(), 'nginx-'));
  const port = await freePort();
  const file = path.join(folder, 'nginx.conf');
  const run = () => spawn(nginx ?? '', ['-c', file, '-p', folder], { stdio: 'ignore' });
  const server = createServer(`http://127.0.0.1:${String(port)}`, folder, run, () =>
    canConnect(port),
  );
  const configure = (appPort: number, { http, server: more, location, tls }: NginxSettings) => {
    const listen = `listen 127.0.0.1:${String(port)}${tls ? ' ssl' : ''};`;
    const pem = tls && `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};`;
    const withPort = (text = '') => text.replaceAll(':APP', `:${String(appPort)}`);
    const proxy = `proxy_pass http://127.0.0.1:${String(appPort)};`;
    writeFileSync(
      file,
      `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  proxy_cache_path ${folder}/cache keys_zone=cache:1m;
  ${http ?? ''}
  server { ${listen} ${pem ?? ''} ${withPort(more)}
    location / { ${proxy} ${location ?? ''} } } }`,
    );
  };
  return { ...server, configure };
}

function createServer(
  url: string,
  folder: string,
  run: () => ChildProcess,
  isReady: () => Promise<boolean>,
): TestServer {
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running?.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    // PostgreSQL's fast shutdown, which does not wait for connections to end.
    running.kill('SIGINT');
    await ended;
  };
  const killAtExit = (): void => void child?.kill('SIGKILL');
  process.once('exit', killAtExit);
  return {
    url,
    stop,
    start: async () => {
      child ??= run();
      await waitFor(isReady);
    },
    remove: async () => {
      await stop();
      process.off('exit', killAtExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function idsOf(user: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits in real time, because no clock can be injected into another process. */
async function waitFor(isReady: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (await isReady()) return;
    await delay(20);
  }
  throw new Error('The server does not answer.');
}

async function canQuery(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    const settle = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', settle(true)).once('error', settle(false));
  });
}
