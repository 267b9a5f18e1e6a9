#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { codeOf } from '../internal/errors';
import type { Queryable } from '../stores/postgres';
import type { Terminal } from './command';
import { run, type Result } from './run';

type Connection = Queryable & { connect(): Promise<void>; end(): Promise<void> };
interface Driver {
  readonly Client: new (config: {
    connectionString: string;
    connectionTimeoutMillis: number;
  }) => Connection;
}

const terminal: Terminal = {
  env: process.env,
  nowMs: () => Date.now(),
  readInput: () => (process.stdin.isTTY ? readHidden() : text(process.stdin)),
  connect: async (url) => {
    const { Client } = loadDriver();
    const client = new Client({ connectionString: urlOf(url), connectionTimeoutMillis: 10_000 });
    try {
      await client.connect();
    } catch (cause) {
      // Its message may hold the password; its code says enough.
      throw new Error(`The database at ${hostOf(url)} ${reasonOf(cause)}.`, { cause });
    }
    return client;
  },
};

/** One line from a terminal, which does not show it. */
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

/** pg is not a dependency of this package: it is one of the project that the command runs in. */
function loadDriver(): Driver {
  const load = createRequire(path.join(process.cwd(), 'package.json'));
  try {
    return load('pg') as Driver;
  } catch (cause) {
    const message = '--postgres needs the package pg in this project. Run: npm install pg';
    throw new Error(message, { cause });
  }
}

function urlOf(url: string): string {
  if (URL.canParse(url)) return url;
  throw new Error('--postgres must be a URL such as postgres://user@host/database, or env.');
}

/** Without the user and the password, which may have characters that end the host too early. */
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

/** Resolves once the text is written. Rejects if it could not be: a full disk, a closed pipe. */
function write(stream: NodeJS.WriteStream, written: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.write(written, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Whoever reads the output may have gone: `| head` is no failure, unless a secret was lost. */
async function finish({ stdout, stderr, exitCode, takeBack }: Result): Promise<number> {
  await write(process.stderr, stderr).catch(() => undefined);
  try {
    if (stdout !== '') await write(process.stdout, stdout);
    return exitCode;
  } catch (cause) {
    if (takeBack === undefined) return codeOf(cause) === 'EPIPE' ? exitCode : 1;
    const done = await takeBack().then(
      () => 'the new secret was taken back.',
      () => 'the new secret could not be taken back: retire it by its label.',
    );
    const lost = `express-client-jwt: The output could not be written, and ${done}\n`;
    await write(process.stderr, lost).catch(() => undefined);
    return 1;
  }
}

const manifest = path.join(__dirname, '../../package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

void run(process.argv.slice(2), terminal, version)
  .then(async (result) => {
    const exitCode = await finish(result);
    await result.close?.();
    return exitCode;
  })
  .then((exitCode) => {
    process.exitCode = exitCode;
  });
