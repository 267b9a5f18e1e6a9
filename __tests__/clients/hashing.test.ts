import { createSecretComparer, hashSecret } from '../../lib/clients/hashing';

/** Stands for the pool: answers when the test says so, and counts. */
function manualPool() {
  const asked: { secret: string; isWanted: () => boolean; answer: (isMatch: boolean) => void; fail: (error: Error) => void }[] =
    [];
  return {
    asked,
    compare: (secret: string, _hash: string, isWanted: () => boolean = () => true) =>
      new Promise<boolean>((answer, fail) => asked.push({ secret, isWanted, answer, fail })),
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the memory of pairs', () => {
  test.each([true, false])('works out only once that a pair %s', async (isMatch) => {
    const pool = manualPool();
    const comparer = createSecretComparer(pool, 10);
    const first = comparer.matches('s', 'h');
    await settle();
    pool.asked[0]?.answer(isMatch);
    expect([await first, await comparer.matches('s', 'h'), comparer.isProven('s', 'h')]).toEqual([isMatch, isMatch, isMatch]);
    expect(pool.asked).toHaveLength(1);
  });

  test('keeps pairs apart, however their texts are cut', async () => {
    const pool = manualPool();
    const comparer = createSecretComparer(pool, 10);
    const proven = comparer.matches('secret', 'hash');
    await settle();
    pool.asked[0]?.answer(true);
    await proven;
    expect([
      comparer.isProven('ecret', 'hashs'),
      comparer.isProven('secret', 'hash '),
      comparer.isProven('hash', 'secret'),
    ]).toEqual([false, false, false]);
  });

  test('a flood of wrong secrets pushes out wrong ones only', async () => {
    const comparer = createSecretComparer({ compare: (secret) => Promise.resolve(secret === 'right') }, 3);
    await comparer.matches('right', 'h');
    for (let index = 0; index < 50; index++) await comparer.matches(`wrong${String(index)}`, 'h');
    expect(comparer.isProven('right', 'h')).toBe(true);
  });

  test('is bounded', async () => {
    const compare = jest.fn(() => Promise.resolve(false));
    const comparer = createSecretComparer({ compare }, 2);
    for (const secret of ['a', 'b', 'c', 'a']) await comparer.matches(secret, 'h');
    expect(compare).toHaveBeenCalledTimes(4);
  });

  test('does not keep a failure', async () => {
    const pool = manualPool();
    const comparer = createSecretComparer(pool, 10);
    const first = comparer.matches('s', 'h');
    await settle();
    pool.asked[0]?.fail(new Error('died'));
    await expect(first).rejects.toThrow('died');
    void comparer.matches('s', 'h').catch(() => undefined);
    await settle();
    expect(pool.asked).toHaveLength(2);
  });
});

describe('equal questions at one time', () => {
  test('are worked out once', async () => {
    const pool = manualPool();
    const comparer = createSecretComparer(pool, 10);
    const answers = Promise.all([comparer.matches('s', 'h'), comparer.matches('s', 'h'), comparer.matches('other', 'h')]);
    await settle();
    expect(pool.asked.map(({ secret }) => secret)).toEqual(['s', 'other']);
    pool.asked.forEach(({ answer }) => {
      answer(true);
    });
    expect(await answers).toEqual([true, true, true]);
  });

  test('are wanted as long as one of the askers waits', async () => {
    const pool = manualPool();
    const comparer = createSecretComparer(pool, 10);
    const [one, two] = [new AbortController(), new AbortController()];
    void comparer.matches('s', 'h', one.signal);
    void comparer.matches('s', 'h', two.signal);
    await settle();
    const { isWanted } = pool.asked[0] ?? { isWanted: () => undefined };
    one.abort();
    expect(isWanted()).toBe(true);
    two.abort();
    expect(isWanted()).toBe(false);
  });

  test('an asker who comes after all others have gone has the work done anew', async () => {
    const pool = manualPool();
    const comparer = createSecretComparer(pool, 10);
    const gone = new AbortController();
    const abandoned = comparer.matches('s', 'h', gone.signal);
    await settle();
    gone.abort();
    const late = comparer.matches('s', 'h');
    await settle();
    expect(pool.asked).toHaveLength(2);
    pool.asked[0]?.fail(new Error('dropped'));
    await expect(abandoned).rejects.toThrow('dropped');
    const joined = comparer.matches('s', 'h');
    pool.asked[1]?.answer(true);
    expect([await late, await joined]).toEqual([true, true]);
    expect(pool.asked).toHaveLength(2);
  });
});

describe('hashSecret', () => {
  test('makes a hash of the default cost, salted anew each time', async () => {
    const [one, two] = [await hashSecret('a-secret'), await hashSecret('a-secret')];
    expect([one, two]).toEqual([expect.stringMatching(/^\$2[aby]\$10\$/), expect.stringMatching(/^\$2[aby]\$10\$/)]);
    expect(one).not.toBe(two);
  });

  test('takes a cost', async () => {
    expect(await hashSecret('a-secret', { cost: 5 })).toMatch(/^\$2[aby]\$05\$/);
  });

  test.each(['', 'x'.repeat(73), 'with space', 'é', 'a\0b', 7 as never])('refuses %p', async (secret) => {
    await expect(hashSecret(secret)).rejects.toThrow(/^secret must be 1 to 72 visible ASCII characters; it is /);
  });

  test.each([3, 17, '10' as never])('refuses the cost %p', async (cost) => {
    await expect(hashSecret('a-secret', { cost })).rejects.toThrow(/^cost must be a whole number from 4 to 16; it is /);
  });
});
