import { memoryRevocations } from 'express-client-jwt';
import { revocationStoreContract } from 'express-client-jwt/testing';

import { runContract } from '../support/contract';

const NOW = 1_000_000;
const at = (ms: number) => new Date(ms);

runContract(revocationStoreContract(() => ({ store: memoryRevocations() })));

test('contains the revoked tokens, and no others', () => {
  const store = memoryRevocations();
  void store.revoke('a', at(NOW));
  expect([store.isRevoked('a'), store.isRevoked('b'), store.isRevoked('__proto__')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('evicts expired tokens only', () => {
  let now = NOW;
  const store = memoryRevocations({ max: 2, clock: () => now });
  void store.revoke('a', at(NOW + 10_000));
  void store.revoke('b', at(NOW + 20_000));
  expect(() => store.revoke('c', at(NOW + 30_000))).toThrow(
    new RangeError('memoryRevocations: 2 tokens are revoked. Raise max.'),
  );
  expect([store.isRevoked('a'), store.isRevoked('b'), store.isRevoked('c')]).toEqual([
    true,
    true,
    false,
  ]);
  void store.revoke('a', at(NOW + 10_000));
  now += 10_000;
  void store.revoke('c', at(NOW + 30_000));
  expect([store.isRevoked('a'), store.isRevoked('b'), store.isRevoked('c')]).toEqual([
    false,
    true,
    true,
  ]);
});

test('looks for expired tokens at most once a second while it is full', () => {
  let now = NOW;
  const clock = jest.fn(() => now);
  const store = memoryRevocations({ max: 1, clock });
  void store.revoke('a', at(NOW + 500));
  expect(() => store.revoke('b', at(NOW + 500))).toThrow(RangeError);
  now += 999;
  expect(() => store.revoke('b', at(NOW + 5000))).toThrow(RangeError);
  now += 1;
  void store.revoke('b', at(NOW + 5000));
  expect([store.isRevoked('a'), store.isRevoked('b')]).toEqual([false, true]);
});

test.each<[unknown, string]>([
  [{ max: 0 }, 'memoryRevocations: max must be a whole number from 1 to 10000000; it is 0.'],
  [{ clock: 7 }, 'memoryRevocations: clock must be a function; it is 7.'],
  [{ size: 7 }, 'memoryRevocations: there is no option "size". The options are: max, clock.'],
])('rejects the options %p', (options, message) => {
  expect(() => memoryRevocations(options as never)).toThrow(new TypeError(message));
});
