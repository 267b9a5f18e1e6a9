import { bcryptVerifier } from 'express-client-jwt';

import { checkClient, checkStanding, isScope } from '../../lib/clients/check-client';
import { reports } from '../support/clients';

const standing = (value: unknown) => checkStanding(value, 'The result of find()', 'reports');

test.each([
  ['a:b', true],
  ['', false],
  ['a b', false],
  ['a"b', false],
  [7, false],
  [['a'], false],
])('whether %j is a scope: %s', (value, expected) => {
  expect(isScope(value)).toBe(expected);
});

describe('checkStanding', () => {
  test('a disabled client is disabled even if another field of its record is malformed', () => {
    expect(standing({ clientId: 'reports', disabled: true, scopes: 7 })).toMatchObject({
      disabled: true,
    });
  });

  test.each<[string, unknown, string]>([
    ['no object', 7, 'The result of find() must be a client: an object with a clientId; it is'],
    [
      'another client',
      { clientId: 'billing' },
      'The result of find() is not the client reports, which was looked up.',
    ],
    [
      'a malformed flag',
      { clientId: 'reports', disabled: 'f' },
      'The result of find() (client reports).disabled must be true or false (or 1 or 0)',
    ],
    [
      'a number for a date',
      { clientId: 'reports', tokensValidAfter: 7 },
      'The result of find() (client reports).tokensValidAfter must be a Date or an ISO 8601 date',
    ],
  ])('throws for %s', (_title, value, message) => {
    expect(() => standing(value)).toThrow(message);
  });

  test.each(['x2026-01-01', '2026-01-01x', '2026-02-30'])('throws for the date %s', (date) => {
    expect(() => standing({ clientId: 'reports', tokensValidAfter: date })).toThrow(
      'tokensValidAfter must be a Date',
    );
  });

  test('the standing of a client that bcryptVerifier has found is not read again', async () => {
    const client = await bcryptVerifier([reports()]).find?.('reports');
    expect(standing(client)).toBe(standing(client));
    expect(checkClient(client, 'it')).toBe(standing(client));
  });
});

test.each<[string, unknown, string]>([
  ['JSON text after spaces', ' ["a"]', 'a'],
  ['JSON text after a line break', '\n["a"]', 'a'],
])('scopes may be %s', (_title, scopes, first) => {
  expect(standing({ clientId: 'reports', scopes }).scopes).toEqual([first]);
});

test('a text with a bracket inside is no JSON text', () => {
  expect(() => standing({ clientId: 'reports', scopes: 'a["b"]' })).toThrow(
    'scopes must be an array of scopes; it is a string.',
  );
});

test('claims may be nested 100 levels deep, and no deeper, whether in lists or in objects', () => {
  const nested = (levels: number): unknown =>
    levels === 0 ? 'leaf' : levels % 2 ? { a: nested(levels - 1) } : [1, nested(levels - 1)];
  const check = (levels: number) => () =>
    checkClient({ ...reports(), claims: { a: nested(levels - 1) } }, 'The record');
  expect(check(100)).not.toThrow();
  expect(check(101)).toThrow(
    'The record (client reports).claims must not be nested more than 100 levels deep.',
  );
});
