import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import express, { type Express } from 'express';

import { listen } from '../support/raw-http';

const run = promisify(execFile);
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
  '.sh': ['bash'],
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

/** An Express app on 127.0.0.1 until the test has ended, its URL, and the lines of its requests. */
export async function serve(
  fill: (app: Express, url: string) => void,
): Promise<{ url: string; requests: string[] }> {
  const app = express();
  const requests: string[] = [];
  app.use((req, _res, next) => {
    requests.push(`${req.method} ${req.path}`);
    next();
  });
  const url = `http://127.0.0.1:${String(await listen(app))}`;
  fill(app, url);
  return { url, requests };
}
