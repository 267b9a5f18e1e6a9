import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { ClientRecord } from 'express-client-jwt';

import type { Terminal } from '../../lib/cli/command';
import { run, type Result } from '../../lib/cli/run';
import { hashOf } from './clients';

export const NOW = Date.parse('2026-11-24T12:00:00Z');
/** A hash whose cost the doctor accepts. */
export const STRONG = hashOf('a-secret-of-the-tests', 10);

/** A folder for this test, and its clients file. */
export let folder: string;
export let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cli-'));
  file = path.join(folder, 'clients.json');
});
afterEach(() => {
  // The file store may note a use after the response.
  rmSync(folder, { recursive: true, maxRetries: 5 });
});

export interface World {
  readonly stdin?: string;
  readonly nowMs?: () => number;
  readonly fetch?: Terminal['fetch'];
  readonly readCertificate?: Terminal['readCertificate'];
  readonly env?: Terminal['env'];
  readonly loadModule?: Terminal['loadModule'];
  readonly progress?: Terminal['progress'];
  readonly connect?: Terminal['connect'];
  readonly connectRedis?: Terminal['connectRedis'];
}

/** Runs a command line, in which `FILE` stands for the clients file. */
export function cli(line: string, world: World = {}): Promise<Result> {
  const words = line.split(' ').map((word) => (word === 'FILE' ? file : word));
  return runWords(line === '' ? [] : words, world);
}

/** Runs a command of these words. */
export function runWords(
  words: readonly string[],
  {
    stdin = '',
    nowMs,
    fetch: given,
    readCertificate,
    env = {},
    loadModule,
    progress,
    connect,
    connectRedis,
  }: World = {},
): Promise<Result> {
  const terminal: Terminal = {
    env,
    nowMs: nowMs ?? (() => NOW),
    fetch: given ?? fetch,
    readCertificate: readCertificate ?? (() => Promise.reject(new Error('There is no TLS.'))),
    readInput: () => Promise.resolve(stdin),
    progress,
    loadModule: loadModule ?? (() => Promise.reject(new Error('There is no such module.'))),
    connect:
      connect ??
      (() => Promise.reject(new Error('The database cannot be reached (ECONNREFUSED).'))),
    connectRedis: connectRedis ?? (() => Promise.reject(new Error('The Redis cannot be reached.'))),
  };
  return run(words, terminal, '1.2.3');
}

/** Runs a command that must succeed, and returns its standard output. */
export async function ok(line: string, world: World = {}): Promise<string> {
  const result = await cli(line, world);
  expect(result.exitCode).toBe(0);
  // Ignores hints for people; an error begins with the name of the tool.
  expect(result.stderr).not.toContain('express-client-jwt:');
  return result.stdout;
}

export const json = async (line: string, world: World = {}): Promise<unknown> =>
  JSON.parse(await ok(`${line} --json`, world)) as unknown;
export const stored = (): ClientRecord[] =>
  (JSON.parse(readFileSync(file, 'utf8')) as { clients: ClientRecord[] }).clients;
export function write(...clients: ClientRecord[]): void {
  writeFileSync(file, JSON.stringify({ clients }), { mode: 0o600 });
}
