import {
  createBoundedLookup,
  LOOKUP_TIMEOUT_MS,
} from '../../../lib/clients/bcrypt/bounded-lookups';

const MOST = 100;

test('returns the result of a synchronous lookup at once', () => {
  expect(createBoundedLookup((id) => id)('a', false)).toBe('a');
});

test('synchronous lookups never count', () => {
  const lookUp = createBoundedLookup((id) => id);
  for (let index = 0; index < MOST * 3; index++) expect(lookUp('a', false)).toBe('a');
});

test('a lookup beyond the limit throws, and one after the others have ended does not', async () => {
  const ends: ((id: string) => void)[] = [];
  const lookUp = createBoundedLookup(() => new Promise<string>((resolve) => ends.push(resolve)));
  const all = Array.from({ length: MOST }, async () => lookUp('a', false));
  expect(() => lookUp('a', false)).toThrow('Too many requests are waiting.');
  // Those who have proven a secret have a limit of their own.
  all.push(Promise.resolve(lookUp('a', true)));
  ends.forEach((end) => {
    end('found');
  });
  expect(new Set(await Promise.all(all))).toEqual(new Set(['found']));
  const next = lookUp('a', false);
  ends.at(-1)?.('again');
  expect(await next).toBe('again');
});

test('the error of a lookup that does not settle names the limit', async () => {
  jest.useFakeTimers();
  try {
    const late = createBoundedLookup(() => new Promise<string>(() => undefined))('a', false);
    const check = expect(late).rejects.toThrow(
      `The client store did not respond within ${String(LOOKUP_TIMEOUT_MS)} ms.`,
    );
    await jest.advanceTimersByTimeAsync(LOOKUP_TIMEOUT_MS);
    await check;
  } finally {
    jest.useRealTimers();
  }
});
