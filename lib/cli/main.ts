#!/usr/bin/env node
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import type { Queryable } from '../stores/postgres';
import type { Terminal } from './command';
import { run } from './commands';

type Connection = Queryable & { connect(): Promise<void>; end(): Promise<void> };
interface Driver {
  readonly Client: new (config: {
    connectionString: string;
    connectionTimeoutMillis: number;
  }) => Connection;
}

const terminal: Terminal = {
  env: process.env,
  nowMs: Date.now,
  readInput: () => {
    if (process.stdin.isTTY)
      process.stderr.write('Type or paste it, then press Enter and Ctrl-D:\n');
    return text(process.stdin);
  },
  connect: async (url) => {
    const client = new (loadDriver().Client)({
      connectionString: url,
      connectionTimeoutMillis: 10_000,
    });
    try {
      await client.connect();
    } catch (error) {
      // Its message may hold the address; its code says enough.
      throw new Error(
        `The database cannot be reached (${(error as NodeJS.ErrnoException).code ?? 'no answer'}).`,
      );
    }
    return client;
  },
};

/** pg is no dependency of this package: it is the one of the project that the command is called in. */
function loadDriver(): Driver {
  const load = createRequire(path.join(process.cwd(), 'package.json'));
  try {
    return load('pg') as Driver;
  } catch {
    throw new Error('--postgres needs the package pg in this project: npm install pg');
  }
}

void run(process.argv.slice(2), terminal).then(({ stdout, stderr, exitCode }) => {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
});
