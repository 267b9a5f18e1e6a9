/**
 * Runs around every test file. Checks that no response, log line, warning or event contains a secret, a hash, a key, or
 * the secret or token that the request sent.
 */
import { ServerResponse } from 'node:http';
import { format, inspect } from 'node:util';

import type { JwtAuthEvent } from 'express-client-jwt';

import { HASH, OTHER_HASH, OTHER_SECRET, SECRET } from './clients';
import { KEY, OTHER_KEY } from './mint';

const SECRETS = [SECRET, OTHER_SECRET, HASH, OTHER_HASH, KEY, OTHER_KEY];
/** A shorter one may be in a response by chance. */
const SHORTEST_SECRET = 8;

/** How a token or one of its parts starts. Random text may have it in the middle. */
const TOKEN_START = /(?<![\w-])eyJ/;

const leaks: string[] = [];

/** The leaks since the last call. */
export function takeLeaks(): string[] {
  return leaks.splice(0);
}

/** An event without the app's own error. */
export function watchEvent(event: JwtAuthEvent): void {
  const text = inspect({ ...event, cause: undefined }, { depth: 9 });
  watch('event', text, [...(TOKEN_START.exec(text) ?? []), '$2']);
}

function watch(where: string, text: string, secrets: readonly string[] = []): void {
  for (const secret of [...SECRETS, ...secrets])
    if (text.includes(secret)) leaks.push(`${where}: ${text}`);
}

type End = (this: ServerResponse, ...args: unknown[]) => ServerResponse;
type Write = (this: ServerResponse, ...args: unknown[]) => boolean;

const { prototype } = ServerResponse;
const end = Reflect.get(prototype, 'end') as End;
const write = Reflect.get(prototype, 'write') as Write;
const bodies = new WeakMap<ServerResponse, string>();

function collect(res: ServerResponse, chunk: unknown): void {
  const text = typeof chunk === 'string' || Buffer.isBuffer(chunk) ? chunk.toString() : '';
  bodies.set(res, (bodies.get(res) ?? '') + text);
}

function watchAnswer(res: ServerResponse): void {
  const { headers } = res.req;
  const token = /^bearer\s+(.*)$/i.exec(headers.authorization ?? '')?.[1];
  const sent = [headers['client-secret'], token].filter(
    (each) => typeof each === 'string' && each.length >= SHORTEST_SECRET,
  );
  // The header as it is sent, which includes the arguments of writeHead.
  const head = String(Reflect.get(res, '_header'));
  watch('answer', head + (bodies.get(res) ?? ''), sent as string[]);
}

prototype.write = function (this: ServerResponse, ...args: unknown[]) {
  collect(this, args[0]);
  return write.apply(this, args);
};
prototype.end = function (this: ServerResponse, ...args: unknown[]) {
  collect(this, args[0]);
  const answer = end.apply(this, args);
  watchAnswer(this);
  return answer;
};

const LEVELS = ['debug', 'log', 'info', 'warn', 'error'] as const;
const printers = LEVELS.map((level) => console[level].bind(console));
LEVELS.forEach((level, index) => {
  console[level] = (...args: unknown[]) => {
    watch('log', format(...args));
    printers[index]?.(...args);
  };
});
// Replaces emitWarning instead of listening to its event, which goes to the process around the tests.
const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void;
process.emitWarning = (...args: unknown[]) => {
  watch('warning', format(...args));
  emitWarning(...args);
};

afterEach(() => {
  expect(takeLeaks()).toEqual([]);
});

afterAll(() => {
  Object.assign(prototype, { end, write });
  Object.assign(process, { emitWarning });
});
