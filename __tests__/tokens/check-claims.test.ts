import { checkClaims, checkTimes } from '../../lib/tokens/check-claims';
import { claimsOf } from '../support/mint';

const check = (changes: object, audience?: string | readonly string[]) =>
  checkClaims(claimsOf(changes as never), {
    issuer: undefined,
    audience,
    tokenProfile: 'jwt',
  });

describe('the audience (RFC 7519 §4.1.3)', () => {
  test.each<[string, unknown, string | readonly string[]]>([
    ['the only audience of the guard', 'a', 'a'],
    ['an array that contains the audience of the guard', ['x', 'a'], 'a'],
    ['one of the audiences of the guard', 'a', ['b', 'a']],
    ['an array that shares an audience with the guard', ['x', 'a'], ['b', 'a']],
  ])('accepts %s', (_title, aud, audience) => {
    expect(typeof check({ aud }, audience)).toBe('object');
  });

  test.each<[string, unknown, string | readonly string[] | undefined]>([
    ['another audience', 'x', 'a'],
    ['an audience that contains that of the guard', 'aa', 'a'],
    ['an audience that is a part of that of the guard', 'a', 'aa'],
    ['an array without the audience of the guard', ['x', 'y'], 'a'],
    ['an empty array', [], 'a'],
    ['an audience that is not one of the guard', 'x', ['a', 'b']],
    ['an array that shares no audience with the guard', ['x', 'y'], ['a', 'b']],
    ['no audience if the guard requires one', undefined, 'a'],
    ['an audience if the guard has none', 'a', undefined],
  ])('rejects %s', (_title, aud, audience) => {
    expect(check(aud === undefined ? {} : { aud }, audience)).toBe('ERR_TOKEN_AUDIENCE');
  });
});

test.each([
  ['an empty sub', { sub: '', client_id: '' }],
  ['a sub that is a number', { sub: 7, client_id: 7 }],
  ['an exp that is a string', { exp: '9999999999' }],
  ['a negative iat', { iat: -1 }],
  ['an nbf beyond the year 9999', { nbf: 253_402_300_800 }],
])('rejects %s', (_title, changes) => {
  expect(check(changes)).toBe('ERR_TOKEN_CLAIMS');
});

test('accepts a date at the last second of the year 9999', () => {
  expect(typeof check({ exp: 253_402_300_799 })).toBe('object');
});

describe('the validity period (exp and nbf)', () => {
  const times = (changes: object, nowMs: number) =>
    checkTimes({ ...claimsOf(), ...changes } as never, nowMs);

  test('a token is valid until the last millisecond before exp', () => {
    expect(times({ exp: 100 }, 99_999)).toBeUndefined();
    expect(times({ exp: 100 }, 100_000)).toBe('ERR_TOKEN_EXPIRED');
  });

  test('a token is valid from nbf on', () => {
    expect(times({ exp: 100, nbf: 50 }, 49_999)).toBe('ERR_TOKEN_NOT_YET_VALID');
    expect(times({ exp: 100, nbf: 50 }, 50_000)).toBeUndefined();
  });
});
