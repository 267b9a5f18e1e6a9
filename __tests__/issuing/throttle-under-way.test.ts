import { createUnderWay } from '../../lib/issuing/under-way';
import { setUp } from '../support/throttle';

describe('attempts under way', () => {
  test('are no more than may fail, so that a burst gets no more guesses than a series', async () => {
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

  test('that succeed let the others go on, one after the other', async () => {
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

  test('beyond a thousand that wait are refused at once', async () => {
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

  test('leave nothing behind once they have ended', () => {
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

  test('look again if one has ended while they read', async () => {
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
    // The second has asked, and holds a count from before the failure of the first.
    await (await first).end(true);
    await answer();
    await answer();
    expect((await second).retryAfterSeconds).toBe(60);
  });

  test('of one address are no more than ten times as many, whatever the ids', async () => {
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
