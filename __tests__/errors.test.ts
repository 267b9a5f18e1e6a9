import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';

import { JwtAuthError, type JwtAuthErrorCode } from 'express-client-jwt';

import { REFUSALS } from '../lib/errors';

const CODES = Object.keys(REFUSALS) as JwtAuthErrorCode[];

test('a refusal has the properties of an http-errors error', () => {
  const error = new JwtAuthError('ERR_TOKEN_EXPIRED', {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
  expect(error).toBeInstanceOf(Error);
  expect(Object.fromEntries(Object.entries(error))).toEqual({
    name: 'JwtAuthError',
    code: 'ERR_TOKEN_EXPIRED',
    status: 401,
    statusCode: 401,
    expose: true,
    error: 'invalid_token',
    description: 'The token has expired.',
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
  expect(error.message).toBe('The token has expired.');
});

test('a failure has expose set to false, and its cause is not enumerable', () => {
  const error = new JwtAuthError('ERR_SERVER', { cause: new Error('postgres://admin:hunter2@db') });
  expect([
    error.expose,
    JSON.stringify(error).includes('hunter2'),
    inspect(error).includes('hunter2'),
  ]).toEqual([false, false, true]);
});

test('an error has retryAfterSeconds if it is known', () => {
  const error = new JwtAuthError('ERR_OVERLOADED', { retryAfterSeconds: 7 });
  expect(error.retryAfterSeconds).toBe(7);
  expect('retryAfterSeconds' in new JwtAuthError('ERR_OVERLOADED')).toBe(false);
});

test('an error without a cause has no cause property', () => {
  expect('cause' in new JwtAuthError('ERR_INVALID_CLIENT')).toBe(false);
});

test('every code has a status, an error word, and a description that is valid in a quoted-string', () => {
  expect(CODES.length).toBeGreaterThan(20);
  for (const code of CODES) {
    const { status, error, description } = new JwtAuthError(code);
    expect([code, status, error]).toEqual([
      code,
      expect.any(Number),
      expect.stringMatching(/^[a-z_]+$/),
    ]);
    expect(description).toMatch(
      code === 'ERR_NOT_MOUNTED' ? /\.$/ : /^[\x20\x21\x23-\x5b\x5d-\x7e]+\.$/,
    );
  }
});

test('the errors page has every code with its status, its error word and its cause', () => {
  const page = readFileSync(path.join(__dirname, '../docs/reference/errors.md'), 'utf8');
  const rows = CODES.map((code) => {
    const { status, error, when } = REFUSALS[code];
    return `| ${String(status)} | \`${error}\` | [\`${code}\`](#${code.toLowerCase()}) | ${when} |`;
  });
  expect(rows.filter((row) => !page.includes(row))).toEqual([]);
});
