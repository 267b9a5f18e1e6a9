import { createSecondUseCheck } from '../../lib/tokens/second-use';

/** Ends that look like the ends of signatures. */
const ENDS = Array.from({ length: 2000 }, (_, index) =>
  Buffer.from(String(index * 7919).padStart(24, 'x'))
    .toString('base64url')
    .split('')
    .reverse()
    .join(''),
);

afterEach(() => {
  jest.restoreAllMocks();
});

test('the first use of a token is no second use, and the next one is', () => {
  const isSecondUse = createSecondUseCheck(10);
  expect(ENDS.slice(0, 3).map(isSecondUse)).toEqual([false, false, false]);
  expect(ENDS.slice(0, 3).map(isSecondUse)).toEqual([true, true, true]);
});

test.each([1, 10, 1000])('takes hardly any new token for a used one, with room for %p', (size) => {
  const isSecondUse = createSecondUseCheck(size);
  expect(ENDS.filter(isSecondUse).length).toBeLessThanOrEqual(2);
});

test('two tokens of one slot that take turns replace each other by chance, so each is used again', () => {
  const isSecondUse = createSecondUseCheck(1);
  const chance = jest.spyOn(Math, 'random');
  // With four slots, two of five tokens share one.
  const tokens = ENDS.slice(0, 5);
  chance.mockReturnValue(0);
  for (let round = 0; round < 10; round++) tokens.map(isSecondUse);
  const replacing = tokens.map(isSecondUse);
  chance.mockReturnValue(0.9);
  const keeping = [tokens.map(isSecondUse), tokens.map(isSecondUse)];
  expect(replacing).toContain(false);
  expect(
    keeping.map((round) => round.filter(Boolean).length > replacing.filter(Boolean).length),
  ).toEqual([true, true]);
});
