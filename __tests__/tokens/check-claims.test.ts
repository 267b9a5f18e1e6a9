import { checkClaims, checkTimes } from '../../lib/tokens/check-claims';
import { claimsOf } from '../support/mint';

const check = (changes: object, audience?: string | readonly string[]) =>
  checkClaims(claimsOf(changes as never), { issuer: undefined, audience });

describe('the audience (RFC 7519 §4.1.3)', () => {
  test.each<[string, unknown, string | readonly string[]]>([
    ['the one name of the guard', 'a', 'a'],
    ['a list with the name of the guard', ['x', 'a'], 'a'],
    ['one of the names of the guard', 'a', ['b', 'a']],
    ['a list that shares a name with that of the guard', ['x', 'a'], ['b', 'a']],
  ])('accepts %s', (_title, aud, audience) => {
    expect(typeof check({ aud }, audience)).toBe('object');
  });

  test.each<[string, unknown, string | readonly string[] | undefined]>([
    ['another name', 'x', 'a'],
    ['a name that contains that of the guard', 'aa', 'a'],
    ['a name that is within that of the guard', 'a', 'aa'],
    ['a list without the name of the guard', ['x', 'y'], 'a'],
    ['an empty list', [], 'a'],
    ['a name that is not in the list of the guard', 'x', ['a', 'b']],
    ['a list that shares no name with that of the guard', ['x', 'y'], ['a', 'b']],
    ['no audience for a guard that demands one', undefined, 'a'],
    ['an audience for a guard without one', 'a', undefined],
  ])('refuses %s', (_title, aud, audience) => {
    expect(check(aud === undefined ? {} : { aud }, audience)).toBe('ERR_TOKEN_AUDIENCE');
  });
});

test.each([
  ['an empty sub', { sub: '', client_id: '' }],
  ['a sub that is a number', { sub: 7, client_id: 7 }],
  ['an exp that is a text', { exp: '9999999999' }],
  ['a negative iat', { iat: -1 }],
  ['an nbf beyond the year 9999', { nbf: 253_402_300_800 }],
  ['a client_id that is not the sub', { client_id: 'other' }],
])('refuses %s', (_title, changes) => {
  expect(check(changes)).toBe('ERR_TOKEN_CLAIMS');
});

test('accepts a date at the last second of the year 9999', () => {
  expect(typeof check({ exp: 253_402_300_799 })).toBe('object');
});

describe('the times', () => {
  const times = (changes: object, nowMs: number) =>
    checkTimes({ ...claimsOf(), ...changes } as never, nowMs);

  test('a token is good until the last millisecond before exp', () => {
    expect(times({ exp: 100 }, 99_999)).toBeUndefined();
    expect(times({ exp: 100 }, 100_000)).toBe('ERR_TOKEN_EXPIRED');
  });

  test('a token is good from nbf on', () => {
    expect(times({ exp: 100, nbf: 50 }, 49_999)).toBe('ERR_TOKEN_NOT_YET_VALID');
    expect(times({ exp: 100, nbf: 50 }, 50_000)).toBeUndefined();
  });
});
