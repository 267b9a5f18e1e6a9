import type { bcryptVerifier } from 'express-client-jwt';

import { BcryptPool, type BcryptPoolSettings } from '../../../lib/clients/bcrypt/pool';
import { createInlineThread, ThreadDiedError } from '../../../lib/clients/bcrypt/thread';
import type { ThreadStarter } from '../../../lib/clients/bcrypt/thread-starter';
import { OTHER_HASH, SECRET } from '../../support/clients';

const pools: BcryptPool[] = [];

function poolOf(settings: Partial<BcryptPoolSettings> = {}): BcryptPool {
  const pool = new BcryptPool({ threads: 1, maxQueue: 16, maxWaitMs: 60_000, ...settings });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

/** Compares a secret with the hash of another one. */
async function compare(pool: BcryptPool): Promise<boolean> {
  return (await pool.compare({ secret: SECRET, enough: [OTHER_HASH], all: [] })).length > 0;
}

/** Mocks threads: each task finishes without a match when the test says so. */
function manualThreads() {
  const threads: { finish: () => void; end: () => void; terminate: jest.Mock }[] = [];
  const startThread: ThreadStarter = (onEnd) => {
    let resolve: (matches: string[]) => void = () => undefined;
    const terminate = jest.fn(() => {
      onEnd();
      return Promise.resolve();
    });
    threads.push({
      finish: () => {
        resolve([]);
      },
      end: onEnd,
      terminate,
    });
    return {
      isReusable: true,
      run: () => new Promise((settle) => (resolve = settle)),
      terminate,
    };
  };
  return { threads, startThread };
}

describe('an idle thread', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** A pool of which `count` threads have each finished one task. */
  async function idlePool(count: number) {
    const { threads, startThread } = manualThreads();
    const pool = poolOf({ threads: count, idleMs: 1_000, startThread });
    const answers = Array.from({ length: count }, () => compare(pool));
    for (const thread of threads) thread.finish();
    await Promise.all(answers);
    return { pool, threads };
  }
  const endedOf = (threads: { terminate: jest.Mock }[]) =>
    threads.map(({ terminate }) => terminate.mock.calls.length);

  test('an idle thread ends after idleMs, and not before', async () => {
    const { threads } = await idlePool(1);
    jest.advanceTimersByTime(999);
    expect(endedOf(threads)).toEqual([0]);
    jest.advanceTimersByTime(1);
    expect(endedOf(threads)).toEqual([1]);
  });

  test('a thread can be started ahead of the first task, which then runs in it', async () => {
    const { threads, startThread } = manualThreads();
    const pool = poolOf({ startThread });
    pool.startSoon();
    expect(threads).toHaveLength(0);
    jest.advanceTimersByTime(250);
    expect(threads).toHaveLength(1);
    const answer = compare(pool);
    threads[0]?.finish();
    expect(await answer).toBe(false);
    expect(threads).toHaveLength(1);
  });

  test('a thread that was started ahead of the first task ends like any other', () => {
    const { threads, startThread } = manualThreads();
    poolOf({ startThread, idleMs: 1_000 }).startSoon();
    jest.advanceTimersByTime(1_250);
    expect(endedOf(threads)).toEqual([1]);
  });

  test('no thread is started ahead if there is one already, or the pool is closed', async () => {
    const { threads, startThread } = manualThreads();
    const busy = poolOf({ startThread, threads: 2 });
    busy.startSoon();
    void compare(busy).catch(() => undefined);
    const closed = poolOf({ startThread });
    closed.startSoon();
    await closed.close();
    jest.advanceTimersByTime(250);
    expect(threads).toHaveLength(1);
    threads[0]?.finish();
  });

  test('an idle thread ends after a minute by default', async () => {
    const { threads, startThread } = manualThreads();
    const answer = compare(poolOf({ startThread }));
    threads[0]?.finish();
    await answer;
    jest.advanceTimersByTime(59_999);
    expect(endedOf(threads)).toEqual([0]);
    jest.advanceTimersByTime(1);
    expect(endedOf(threads)).toEqual([1]);
  });

  test('a thread does not end during a task', async () => {
    const { pool, threads } = await idlePool(1);
    const answer = compare(pool);
    jest.advanceTimersByTime(5_000);
    expect(endedOf(threads)).toEqual([0]);
    threads[0]?.finish();
    expect(await answer).toBe(false);
  });

  test('an idle thread ends although another thread is in constant use', async () => {
    const { pool, threads } = await idlePool(2);
    for (let index = 0; index < 4; index++) {
      const answer = compare(pool);
      threads[1]?.finish();
      await answer;
      jest.advanceTimersByTime(300);
    }
    expect(endedOf(threads)).toEqual([1, 0]);
  });

  test('an idle thread that has ended is replaced when there is work again', async () => {
    const { pool, threads } = await idlePool(1);
    jest.advanceTimersByTime(1_000);
    const answer = compare(pool);
    expect(threads).toHaveLength(2);
    threads[1]?.finish();
    expect(await answer).toBe(false);
  });

  test('a thread that ends by itself leaves no timer behind', async () => {
    const { threads } = await idlePool(1);
    threads[0]?.end();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('closing the pool leaves no timer behind', async () => {
    const { pool } = await idlePool(2);
    await pool.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('a thread whose last task finishes after close() gets no idle timer', async () => {
    const { threads, startThread } = manualThreads();
    const pool = poolOf({
      startThread: (onEnd) => ({ ...startThread(onEnd), terminate: () => Promise.resolve() }),
    });
    const answer = compare(pool);
    await pool.close();
    threads[0]?.finish();
    await answer;
    expect(jest.getTimerCount()).toBe(0);
  });
});

test('a task runs in the next thread if its first thread cannot start', async () => {
  const { threads, startThread } = manualThreads();
  const startThreads = jest.fn(startThread).mockImplementationOnce((onEnd) => ({
    isReusable: true,
    run: () => {
      onEnd();
      return Promise.reject(new ThreadDiedError(false));
    },
    terminate: () => Promise.resolve(),
  }));
  const answer = compare(poolOf({ startThread: startThreads }));
  await new Promise((resolve) => setImmediate(resolve));
  threads[0]?.finish();
  expect(await answer).toBe(false);
});

test('a thread that is not reusable runs one task', async () => {
  const startThreads = jest.fn(createInlineThread);
  const pool = poolOf({ startThread: startThreads });
  await compare(pool);
  await compare(pool);
  expect(startThreads).toHaveBeenCalledTimes(2);
});

test('the first bcryptVerifier of a process starts a thread ahead of the first login, and no other does', () => {
  jest.isolateModules(() => {
    const load = (file: string): unknown =>
      jest.requireActual(`../../../lib/clients/bcrypt/${file}`);
    const { BcryptPool: Pool } = load('pool') as { BcryptPool: typeof BcryptPool };
    const { bcryptVerifier: create } = load('bcrypt-verifier') as {
      bcryptVerifier: typeof bcryptVerifier;
    };
    const startSoon = jest.spyOn(Pool.prototype, 'startSoon').mockReturnValue();
    create([]);
    create([]);
    expect(startSoon).toHaveBeenCalledTimes(1);
  });
});
