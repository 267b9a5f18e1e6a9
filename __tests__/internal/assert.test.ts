import { expected, kindOf } from '../../lib/internal/assert';

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [NaN, 'NaN'],
  [-Infinity, 'an infinite number'],
  [-1, 'a negative number'],
  [0.5, 'a fraction'],
  [7, 'a whole number'],
  ['', 'an empty string'],
  ['s3cret', 'a string'],
  [[], 'an empty array'],
  [['s3cret'], 'an array'],
  [new Date(NaN), 'an invalid date'],
  [{}, 'an object'],
  [true, 'a boolean'],
  [7n, 'a bigint'],
])('kindOf(%p) returns %s, and never the content of a string', (value, kind) => {
  expect(kindOf(value)).toBe(kind);
});

test('a value in a message is truncated', () => {
  const { message } = expected('path', 'a plain path', 'x'.repeat(100));
  expect(message).toBe(`path must be a plain path; it is "${'x'.repeat(60)}…".`);
});
