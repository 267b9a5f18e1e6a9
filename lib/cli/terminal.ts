import { once } from 'node:events';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';

import { codeOf } from '../internal/errors';
import { withTimeout } from '../internal/timeout';
import type { Queryable } from '../stores/postgres';
import type { Terminal } from './command';
import type { Certificate } from './deployment/transport';

type Connection = Queryable & { connect(): Promise<void>; end(): Promise<void> };

/** The part of `pg` that is used. */
interface PostgresDriver {
  readonly Client: new (config: {
    connectionString: string;
    connectionTimeoutMillis: number;
  }) => Connection;
}

/** The part of `redis` that is used. */
interface RedisDriver {
  createClient(options: {
    readonly url: string;
    readonly socket: { readonly connectTimeout: number; readonly reconnectStrategy: false };
  }): {
    on(event: 'error', listener: () => void): void;
    connect(): Promise<unknown>;
    sendCommand(args: readonly string[]): Promise<unknown>;
    close(): Promise<void>;
  };
}

const CONNECT_TIMEOUT_MS = 10_000;

/** The terminal of this process. */
export const terminal: Terminal = {
  env: process.env,
  nowMs: () => Date.now(),
  fetch,
  readCertificate,
  readInput: () => (process.stdin.isTTY ? readHidden() : text(process.stdin)),
  progress:
    process.stderr.isTTY && process.env.CI === undefined
      ? (text) => void process.stderr.write(`\r\u001b[K${text}`)
      : undefined,
  loadModule: (file) => import(pathToFileURL(path.resolve(file)).href),
  connect: async (url) => {
    const { Client } = loadDriver('pg', '--postgres') as PostgresDriver;
    const client = new Client({
      connectionString: urlOf(url, '--postgres', 'postgres://user@host/database'),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    try {
      await client.connect();
    } catch (cause) {
      // The message of the driver may contain the password, so only its code is shown.
      throw new Error(`The database at ${hostOf(url)} ${reasonOf(cause)}.`, { cause });
    }
    return client;
  },
  connectRedis: async (url) => {
    const driver = loadDriver('redis', '--redis') as RedisDriver;
    const checkedUrl = urlOf(url, '--redis', 'redis://host:6379');
    if (!/^rediss?:/.test(checkedUrl))
      throw new Error('--redis must begin with redis:// or rediss://');
    const client = driver.createClient({
      url: checkedUrl,
      socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false },
    });
    // Each failure also rejects its call.
    client.on('error', () => undefined);
    try {
      await withTimeout(client.connect(), CONNECT_TIMEOUT_MS, 'The connection timed out.');
    } catch (cause) {
      throw new Error(`The Redis at ${hostOf(url)} ${reasonOf(cause)}.`, { cause });
    }
    return {
      sendCommand: (...args) =>
        withTimeout(client.sendCommand(args), CONNECT_TIMEOUT_MS, 'Redis did not respond.'),
      end: () => client.close(),
    };
  },
};

/** Makes a TLS handshake, which fails if the certificate is not trusted. */
async function readCertificate(host: string, port: number): Promise<Certificate> {
  const address = host.replace(/^\[|\]$/g, '');
  const servername = isIP(address) === 0 ? address : '';
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
  const socket = connect({ host: address, port, servername, rejectUnauthorized: true });
  const shaken = once(socket, 'secureConnect');
  try {
    await withTimeout(shaken, CONNECT_TIMEOUT_MS, 'The handshake timed out.');
    const expiresAtMs = Date.parse(socket.getPeerCertificate().valid_to);
    return { expiresAtMs, protocol: socket.getProtocol() ?? 'TLS' };
  } finally {
    socket.destroy();
  }
}

/** Reads one line from a terminal, which does not show it. */
async function readHidden(): Promise<string> {
  process.stderr.write('Type or paste it, then press Enter (it is not shown): ');
  const output = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  const line = await lines.question('');
  lines.close();
  process.stderr.write('\n');
  return line;
}

/**
 * Loads a driver from the project in which the command runs, because this package does not depend
 * on it.
 */
function loadDriver(name: string, option: string): unknown {
  const load = createRequire(path.join(process.cwd(), 'package.json'));
  try {
    return load(name);
  } catch (cause) {
    const message = `${option} needs the package ${name} in this project. Run: npm install ${name}`;
    throw new Error(message, { cause });
  }
}

function urlOf(url: string, option: string, example: string): string {
  if (URL.canParse(url)) return url;
  throw new Error(`${option} must be a URL such as ${example}, or env.`);
}

/**
 * Returns the host of a URL. A password may contain characters that end the host too early, so such
 * a URL is not shown.
 */
function hostOf(url: string): string {
  const { host, pathname, search, hash } = new URL(url);
  return `${pathname}${search}${hash}`.includes('@')
    ? 'the given address'
    : host || 'its default host';
}

const REASONS: Readonly<Record<string, string>> = {
  '28000': 'refused the login',
  '28P01': 'refused the password',
  '3D000': 'does not have this database',
  ECONNREFUSED: 'refused the connection (ECONNREFUSED)',
  ENOTFOUND: 'has no such host (ENOTFOUND)',
};

function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  return REASONS[code ?? ''] ?? `did not respond (${code ?? 'no code'})`;
}
