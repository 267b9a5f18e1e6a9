import { setUp, START } from '../support/throttle';

test('a store without get, such as that of Memcached, is read with increment and decrement', async () => {
  const counts = new Map<string, number>();
  const add = (key: string, by: number) => {
    counts.set(key, (counts.get(key) ?? 0) + by);
    return { totalHits: counts.get(key) ?? 0, resetTime: new Date(START + 60_000) };
  };
  const { fail, check } = setUp({
    store: { increment: (key) => add(key, 1), decrement: (key) => void add(key, -1) },
  });
  await fail(2);
  expect(await check()).toBeUndefined();
  await fail(1);
  expect([await check(), await check()]).toEqual([60, 60]);
  const [counted] = [...counts].filter(([each]) => each.startsWith('client:'));
  expect(counted).toEqual([expect.stringMatching(/^client:[\w-]{43}$/), 3]);
});

test('a store without get accepts concurrent correct secrets', async () => {
  const counts = new Map<string, number>();
  const add = async (key: string, by: number) => {
    await Promise.resolve();
    counts.set(key, (counts.get(key) ?? 0) + by);
    return { totalHits: counts.get(key) ?? 0, resetTime: new Date(START + 60_000) };
  };
  const increment = jest.fn((key: string) => add(key, 1));
  const decrement = async (key: string) => {
    await add(key, -1);
  };
  const { check } = setUp({ store: { increment, decrement } });
  const waits = await Promise.all(Array.from({ length: 50 }, () => check()));
  expect(new Set(waits)).toEqual(new Set([undefined]));
  expect([...new Set(counts.values())]).toEqual([0]);
});

test('with a store that has no get, a reply that is lost delays its key once', async () => {
  let hits = 0;
  let isLost = true;
  const increment = (key: string) => {
    if (isLost && key.startsWith('client:')) return new Promise<never>(() => undefined);
    hits += key.startsWith('client:') ? 1 : 0;
    return { totalHits: key.startsWith('client:') ? hits : 0, resetTime: new Date(START + 60_000) };
  };
  const decrement = (key: string) => {
    hits -= key.startsWith('client:') ? 1 : 0;
  };
  const { state, fail, check } = setUp({ store: { increment, decrement } });
  expect(await check()).toBeUndefined();
  isLost = false;
  state.now += 1000;
  await fail(3);
  expect(await check()).toBe(59);
});
