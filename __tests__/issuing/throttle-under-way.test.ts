import { createUnderWay } from '../../lib/issuing/under-way';
import { setUp } from '../support/throttle';

describe('pending attempts', () => {
  test('pending attempts are limited to the allowed failures, so that a burst gets no more guesses than a sequence', async () => {
    const { throttle } = setUp();
    const begun: number[] = [];
    const waits: (number | undefined)[] = [];
    const guess = async (index: number) => {
      const attempt = await throttle.begin('a', '10.0.0.1');
      waits.push(attempt.retryAfterSeconds);
      if (attempt.retryAfterSeconds !== undefined) return;
      begun.push(index);
      await new Promise((resolve) => setImmediate(resolve));
      await attempt.end(true);
    };
    await Promise.all(Array.from({ length: 400 }, (_, index) => guess(index)));
    expect(begun).toHaveLength(3);
    expect(waits.filter((wait) => wait === 60)).toHaveLength(397);
  });

  test('attempts that succeed let the waiting ones run, one after the other', async () => {
    const { throttle } = setUp({ failures: 1 });
    let [current, most, done] = [0, 0, 0];
    const login = async () => {
      const attempt = await throttle.begin('a', '10.0.0.1');
      expect(attempt.retryAfterSeconds).toBeUndefined();
      current += 1;
      most = Math.max(most, current);
      await new Promise((resolve) => setImmediate(resolve));
      current -= 1;
      done += 1;
      await attempt.end(false);
    };
    await Promise.all(Array.from({ length: 20 }, login));
    expect([most, done]).toEqual([1, 20]);
  });

  test('attempts are rejected at once if a thousand others are waiting', async () => {
    const { throttle } = setUp({ failures: 1 });
    const first = await throttle.begin('a', '10.0.0.1');
    const waits: (number | undefined)[] = [];
    const others = Array.from({ length: 1005 }, async () => {
      const attempt = await throttle.begin('a', '10.0.0.1');
      waits.push(attempt.retryAfterSeconds);
      if (attempt.retryAfterSeconds === undefined) await attempt.end(false);
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(waits).toEqual([1, 1, 1, 1, 1]);
    await first.end(false);
    await Promise.all(others);
    expect(waits.filter((wait) => wait === undefined)).toHaveLength(1000);
  });

  test('finished attempts leave no state behind', () => {
    const lines = createUnderWay();
    const [line] = lines.join(['a']);
    expect(lines.join(['a'])[0]).toBe(line);
    lines.leave(['a']);
    expect(lines.join(['a'])[0]).toBe(line);
    lines.leave(['a']);
    lines.leave(['a']);
    expect(lines.join(['a'])[0]).not.toBe(line);
    lines.leave(['b']);
  });

  test('an attempt reads the count again if another has finished during its read', async () => {
    let hits = 0;
    const reads: (() => void)[] = [];
    const get = () =>
      new Promise<{ totalHits: number }>((resolve) => {
        const totalHits = hits;
        reads.push(() => {
          resolve({ totalHits });
        });
      });
    const store = { get, increment: () => void (hits += 0.5) };
    const { throttle } = setUp({ failures: 1, store });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    const answer = async () => {
      await settle();
      for (const read of reads.splice(0)) read();
      await settle();
    };
    const first = throttle.begin('a', '10.0.0.1');
    await answer();
    const second = throttle.begin('a', '10.0.0.1');
    await settle();
    // The second attempt has read the count from before the failure of the first.
    await (await first).end(true);
    await answer();
    await answer();
    expect((await second).retryAfterSeconds).toBe(60);
  });

  test('pending attempts from one address are limited to ten times the allowed failures, regardless of the ids', async () => {
    const { throttle } = setUp({ failures: 1 });
    let begun = 0;
    const guess = async (index: number) => {
      const attempt = await throttle.begin(`id-${String(index)}`, '10.0.0.1');
      if (attempt.retryAfterSeconds !== undefined) return;
      begun += 1;
      await new Promise((resolve) => setImmediate(resolve));
      await attempt.end(true);
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => guess(index)));
    expect(begun).toBe(10);
  });
});
