import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import express, { type Express } from 'express';

const run = promisify(execFile);
const closing: (() => void)[] = [];

afterEach(() => {
  closing.splice(0).forEach((close) => {
    close();
  });
});

/** Debian's Python, which has the packages of Debian. */
export const PYTHON = '/usr/bin/python3';
export const hasPython = existsSync('/usr/lib/python3/dist-packages/authlib');

/** Go with the OAuth package, both of Debian. */
export const hasGo = existsSync('/usr/share/gocode/src/golang.org/x/oauth2/clientcredentials');
const GO = {
  GO111MODULE: 'off',
  GOPATH: '/usr/share/gocode',
  GOCACHE: path.join(tmpdir(), 'go-cache'),
};

/** The command of a program, by the end of its name. */
const COMMANDS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  '.mjs': [process.execPath],
  '.py': [PYTHON],
  '.go': ['go', 'run'],
};

/** Runs a program of fixtures/, and returns the JSON object that it printed in its last line. */
export async function runProgram(
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  return (await runFile(path.join(__dirname, 'fixtures', name), env)) as Record<string, unknown>;
}

/** Runs a file, and returns the JSON value that it printed in its last line. */
export async function runFile(
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<unknown> {
  const [command, ...args] = COMMANDS[path.extname(file)] ?? [file];
  const { stdout } = await run(command, [...args, file], {
    env: { PATH: process.env.PATH, ...GO, ...env },
    timeout: 120_000,
  });
  return lastLineOf(stdout);
}

export function lastLineOf(text: string): Record<string, unknown> {
  return JSON.parse(text.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

/** An Express app on 127.0.0.1 until the test has ended, its URL, and the requests that it got. */
export async function serve(
  fill: (app: Express, url: string) => void,
): Promise<{ url: string; requests: { line: string; type: string | undefined }[] }> {
  const app = express();
  const requests: { line: string; type: string | undefined }[] = [];
  app.use((req, _res, next) => {
    requests.push({ line: `${req.method} ${req.path}`, type: req.headers['content-type'] });
    next();
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  fill(app, url);
  return { url, requests };
}
