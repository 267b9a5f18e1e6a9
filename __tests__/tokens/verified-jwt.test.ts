import { createVerifiedJwt, narrowScopes } from '../../lib/tokens/verified-jwt';
import { claimsOf } from '../support/mint';

const jwtWith = (scope?: string) =>
  createVerifiedJwt('a.b.c', claimsOf(scope === undefined ? {} : { scope }) as never);

test('reads the scopes of the token, however many spaces are between them', () => {
  expect(jwtWith('a  b ').scopes).toEqual(['a', 'b']);
  expect(jwtWith().scopes).toEqual([]);
});

describe('narrowing the scopes of a token to those that its client has', () => {
  test.each([
    ['some', ['a', 'c'], ['a']],
    ['none', ['c'], []],
    ['nothing at all', [], []],
  ])('keeps %s of them', (_title, allowed, scopes) => {
    expect(narrowScopes(jwtWith('a b'), allowed).scopes).toEqual(scopes);
  });

  test.each([
    ['undefined allows all', undefined],
    ['all are allowed', ['b', 'a', 'c']],
  ])('returns the same object if %s', (_title, allowed) => {
    const jwt = jwtWith('a b');
    expect(narrowScopes(jwt, allowed)).toBe(jwt);
  });

  test('returns a frozen object with the same claims and token, and leaves the first as it was', () => {
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
