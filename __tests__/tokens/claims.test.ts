import { createClaims, type TokenSubject } from '../../lib/tokens/claims';
import { checkClaims, checkTimes } from '../../lib/tokens/check-claims';
import { claimsOf } from '../support/mint';

const SETTINGS = {
  issuer: undefined,
  audience: undefined,
  tokenProfile: 'jwt' as const,
  expiresInSeconds: 3600,
};
const NOW = 1_700_000_000_250;

function create(subject: Partial<TokenSubject> = {}) {
  return createClaims({ clientId: 'reports', ...subject }, SETTINGS, NOW);
}

describe('createClaims', () => {
  test('iat and exp are whole seconds from now', () => {
    expect(create()).toMatchObject({ iat: 1_700_000_000, exp: 1_700_003_600 });
  });

  test('iat is the next whole second if tokensValidAfter is in the current one', () => {
    expect(create({ tokensValidAfterMs: NOW - 1 }).iat).toBe(1_700_000_001);
  });

  test.each([0, NOW - 5000, 1_700_000_000_000])(
    'iat does not depend on a tokensValidAfter of %d',
    (tokensValidAfterMs) => {
      expect(create({ tokensValidAfterMs }).iat).toBe(1_700_000_000);
    },
  );

  test('iat is the time of tokensValidAfter if the clock that set it is ahead', () => {
    expect(create({ tokensValidAfterMs: NOW + 60_000 }).iat).toBe(Math.ceil((NOW + 60_000) / 1000));
  });

  test('throws if tokensValidAfter is more than five minutes ahead', () => {
    expect(() => create({ tokensValidAfterMs: NOW + 300_001 })).toThrow(
      /^tokensValidAfter of \S+ is in the future/,
    );
  });

  test('keeps custom claims with unusual names, and does not change the prototype', () => {
    const claims = JSON.parse('{"__proto__":{"x":1},"toString":"y"}') as Record<string, unknown>;
    const created = create({ claims });
    expect(JSON.stringify(created)).toContain('"__proto__":{"x":1},"toString":"y"');
    expect((created as { x?: number }).x).toBeUndefined();
  });
});

describe('checkClaims', () => {
  const check = (changes: Record<string, unknown>) =>
    checkClaims({ ...claimsOf(), ...changes }, SETTINGS);

  test.each([
    ['sub', ['', 7, null, undefined, ['a'], {}]],
    ['exp', ['1', -1, NaN, Infinity, 1e300, null, undefined, [1], true, 253_402_300_800]],
    ['iat', ['1', -1, NaN, Infinity, 1e300, null, undefined]],
    ['nbf', ['1', -1, NaN, Infinity, 1e300, null]],
    ['iss', [7, null, ['a']]],
    ['aud', [7, null, [7], ['a', null], {}]],
    ['jti', [7, null]],
    ['client_id', [7, null]],
    ['scope', [7, null, ['a']]],
  ] as [string, unknown[]][])('rejects %s of a wrong type', (name, values) => {
    expect(values.map((value) => check({ [name]: value }))).toEqual(
      values.map(() => 'ERR_TOKEN_CLAIMS'),
    );
  });

  test('reads own properties only', () => {
    const { exp, ...rest } = claimsOf();
    expect(
      checkClaims(
        Object.create({ exp }, Object.getOwnPropertyDescriptors(rest)) as never,
        SETTINGS,
      ),
    ).toBe('ERR_TOKEN_CLAIMS');
  });

  test('accepts fractions of a second and the last second of the year 9999', () => {
    expect(check({ exp: 253_402_300_799, iat: 0.5, nbf: 0 })).toMatchObject({
      exp: 253_402_300_799,
    });
  });
});

describe('checkTimes', () => {
  const claims = { sub: 'a', iat: 0, exp: 100, nbf: 50 };

  test.each([
    [49_999, 'ERR_TOKEN_NOT_YET_VALID'],
    [50_000, undefined],
    [99_999, undefined],
    [100_000, 'ERR_TOKEN_EXPIRED'],
    [100_001, 'ERR_TOKEN_EXPIRED'],
    [NaN, 'ERR_TOKEN_EXPIRED'],
  ])('at %d ms returns %s', (now, expected) => {
    expect(checkTimes(claims, now)).toBe(expected);
  });
});

describe('the claims of a token', () => {
  const withSettings = (settings: object, subject: Partial<TokenSubject> = {}) =>
    createClaims({ clientId: 'reports', ...subject }, { ...SETTINGS, ...settings }, NOW);
  const BARE = ['sub', 'client_id', 'iat', 'exp', 'jti'];

  test('a token has five claims if nothing else is configured', () => {
    expect(Object.keys(create())).toEqual(BARE);
    expect(create()).toMatchObject({
      sub: 'reports',
      client_id: 'reports',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  });

  test('a token has the issuer and the audience if they are configured', () => {
    expect(withSettings({ issuer: 'https://i' })).toMatchObject({ iss: 'https://i' });
    expect(withSettings({ audience: ['a', 'b'] })).toMatchObject({ aud: ['a', 'b'] });
    expect(Object.keys(withSettings({ issuer: 'i' }))).toHaveLength(6);
    expect(Object.keys(withSettings({ audience: 'a' }))).toHaveLength(6);
  });

  test('a token has its scopes as one string, or no scope if there are none', () => {
    expect(create({ scopes: ['a', 'b'] })).toMatchObject({ scope: 'a b' });
    expect(Object.keys(create({ scopes: [] }))).toEqual(BARE);
  });

  test("a token expires after the client's own lifetime", () => {
    expect(create({ expiresInSeconds: 60 }).exp).toBe(1_700_000_060);
  });

  test.each(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'scope'])(
    "the client's own claims never replace or add %s",
    (name) => {
      const claims = create({ claims: { [name]: 'mine', other: 1 } });
      expect(Object.values(claims)).not.toContain('mine');
      expect(Object.keys(claims)).toEqual(['other', ...BARE]);
    },
  );
});
