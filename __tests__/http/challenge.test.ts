import { createHttpError, isQuotable } from '../../lib/http/challenge';
import type { JwtAuthErrorCode } from 'express-client-jwt';

const headersOf = (code: JwtAuthErrorCode, details: object = {}) =>
  createHttpError(code, details, { realm: 'api' }).headers;

test('a request without a token gets a challenge without an error code (RFC 6750 §3.1)', () => {
  expect(headersOf('ERR_TOKEN_MISSING')).toEqual({ 'WWW-Authenticate': 'Bearer realm="api"' });
});

test('a challenge contains the error code and its description', () => {
  expect(headersOf('ERR_TOKEN_EXPIRED')).toEqual({
    'WWW-Authenticate':
      'Bearer realm="api", error="invalid_token", error_description="The token has expired."',
  });
});

test('a challenge names the scopes that the route requires', () => {
  expect(headersOf('ERR_INSUFFICIENT_SCOPE', { scopes: ['a', 'b'] })).toEqual({
    'WWW-Authenticate': expect.stringMatching(
      /^Bearer realm="api", error="insufficient_scope", .*, scope="a b"$/,
    ) as string,
  });
});

test.each<[JwtAuthErrorCode, object, string | undefined]>([
  ['ERR_OVERLOADED', {}, '2'],
  ['ERR_OVERLOADED', { retryAfterSeconds: 7 }, '7'],
  ['ERR_CLIENTS_UNAVAILABLE', {}, '5'],
  ['ERR_REVOCATIONS_UNAVAILABLE', {}, '5'],
  ['ERR_THROTTLED', { retryAfterSeconds: 60 }, '60'],
  ['ERR_SERVER', {}, undefined],
  ['ERR_SERVER', { retryAfterSeconds: 5 }, '5'],
])('%s with %j gets the Retry-After %s', (code, details, expected) => {
  expect(headersOf(code, details)).toEqual(
    expected === undefined ? {} : { 'Retry-After': expected },
  );
});

test('a 405 response lists the supported methods', () => {
  const headers = headersOf('ERR_METHOD_NOT_ALLOWED', { methods: ['GET', 'HEAD'] });
  expect(headers).toEqual({ Allow: 'GET, HEAD' });
});

test.each<JwtAuthErrorCode>(['ERR_INVALID_CLIENT', 'ERR_CREDENTIALS_MALFORMED'])(
  '%s adds no header',
  (code) => {
    expect(headersOf(code)).toEqual({});
  },
);

test('the cause is a property of the error', () => {
  const cause = new Error('down');
  expect(createHttpError('ERR_SERVER', { cause }, { realm: 'api' }).cause).toBe(cause);
});

test.each([
  ['my api!', true],
  ['', true],
  ['a"b', false],
  ['a\\b', false],
  ['a\r\nb', false],
  ['a\tb', false],
  ['é', false],
])('isQuotable(%j) returns %j', (text, expected) => {
  expect(isQuotable(text)).toBe(expected);
});
