import { runInNewContext } from 'node:vm';

import { codeOf, isError } from '../../lib/internal/errors';

test('an error of another realm is an error', () => {
  const other: unknown = runInNewContext('new RangeError("x")');
  expect([other instanceof Error, isError(other)]).toEqual([false, true]);
  expect([isError({ message: 'x' }), isError(null)]).toEqual([false, false]);
});

test('the code of an error is its text, and undefined otherwise', () => {
  expect([codeOf({ code: 'EPIPE' }), codeOf({ code: 7 }), codeOf(null), codeOf('EPIPE')]).toEqual([
    'EPIPE',
    undefined,
    undefined,
    undefined,
  ]);
});
