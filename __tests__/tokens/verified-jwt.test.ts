import { createVerifiedJwt, narrowScopes } from '../../lib/tokens/verified-jwt';
import { claimsOf } from '../support/mint';

const jwtWith = (scope: string) =>
  createVerifiedJwt('a.b.c', claimsOf({ scope }) as never, {
    clientId: 'reports',
    scopes: scope.split(' '),
  });

describe('narrowing the scopes of a token to those of its client', () => {
  test.each([
    ['some scopes', ['a', 'c'], ['a']],
    ['no scope if the client has others', ['c'], []],
    ['no scope if the client has none', [], []],
  ])('keeps %s', (_title, allowed, scopes) => {
    expect(narrowScopes(jwtWith('a b'), allowed).scopes).toEqual(scopes);
  });

  test.each([
    ['the allowed scopes are undefined', undefined],
    ['every scope is allowed', ['b', 'a', 'c']],
  ])('returns the same object if %s', (_title, allowed) => {
    const jwt = jwtWith('a b');
    expect(narrowScopes(jwt, allowed)).toBe(jwt);
  });

  test('returns a frozen object with the same claims and token, and does not change the original', () => {
    const jwt = jwtWith('a b');
    const narrowed = narrowScopes(jwt, ['b']);
    expect([narrowed.claims, narrowed.token, narrowed.clientId]).toEqual([
      jwt.claims,
      'a.b.c',
      'reports',
    ]);
    expect([jwt.scopes, Object.isFrozen(narrowed), Object.isFrozen(narrowed.scopes)]).toEqual([
      ['a', 'b'],
      true,
      true,
    ]);
    expect(JSON.stringify(narrowed)).not.toContain('a.b.c');
  });
});
