import { Worker } from 'node:worker_threads';

import { BcryptPool, type BcryptPoolSettings } from '../../../lib/clients/bcrypt/pool';
import { hashOf, HASH, OTHER_HASH, SECRET } from '../../support/clients';

const pools: BcryptPool[] = [];

function poolOf(settings: Partial<BcryptPoolSettings> = {}): BcryptPool {
  const pool = new BcryptPool({ threads: 1, maxQueue: 16, maxWaitMs: 60_000, ...settings });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

/** A hash that keeps a thread busy for about 100 ms. */
const SLOW_HASH = hashOf('slow', 10);

/** Compares a secret with a hash. */
async function compare(
  pool: BcryptPool,
  secret: string,
  hash: string,
  isWanted?: () => boolean,
): Promise<boolean> {
  return (await pool.compare({ secret, enough: [hash], all: [] }, isWanted)).length > 0;
}

test('compares and hashes', async () => {
  const pool = poolOf();
  expect([await compare(pool, SECRET, HASH), await compare(pool, 'x', HASH)]).toEqual([
    true,
    false,
  ]);
  const hash = await pool.hash({ secret: 'new', cost: 4 });
  expect(hash).toMatch(/^\$2[aby]\$04\$/);
  expect(await compare(pool, 'new', hash)).toBe(true);
});

test('finds the first match of the "enough" hashes, or else every match of the "all" hashes', async () => {
  const pool = poolOf();
  const [same, again] = [hashOf(SECRET), hashOf(SECRET)];
  const find = (enough: string[], all: string[]) => pool.compare({ secret: SECRET, enough, all });
  expect(await find([OTHER_HASH, same, again], [HASH])).toEqual([same]);
  expect(await find([OTHER_HASH], [same, OTHER_HASH, again])).toEqual([same, again]);
  expect(await find([], [OTHER_HASH])).toEqual([]);
});

test('does not block the event loop', async () => {
  const pool = poolOf();
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  await compare(pool, 'x', SLOW_HASH);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
});

test('runs several threads in parallel', async () => {
  const started = jest.spyOn(Worker.prototype, 'postMessage');
  const pool = poolOf({ threads: 2 });
  const answers = Promise.all([
    compare(pool, 'x', SLOW_HASH),
    compare(pool, 'y', SLOW_HASH),
    compare(pool, 'z', SLOW_HASH),
  ]);
  expect(started).toHaveBeenCalledTimes(2);
  expect(await answers).toEqual([false, false, false]);
  expect(started).toHaveBeenCalledTimes(3);
});

describe('a full queue', () => {
  test('rejects a task with ERR_OVERLOADED if the queue is full, and runs the others', async () => {
    const pool = poolOf({ maxQueue: 2 });
    const accepted = ['a', 'b', 'c'].map((secret) => compare(pool, secret, HASH));
    await expect(compare(pool, 'd', HASH)).rejects.toMatchObject({
      code: 'ERR_OVERLOADED',
      status: 503,
    });
    expect(await Promise.all(accepted)).toEqual([false, false, false]);
    expect(await compare(pool, SECRET, HASH)).toBe(true);
  });

  test('rejects a task that has waited longer than maxWaitMs with ERR_OVERLOADED', async () => {
    let now = 0;
    const pool = poolOf({ maxWaitMs: 20, monotonicMs: () => now });
    const first = compare(pool, 'x', HASH);
    const second = compare(pool, SECRET, HASH);
    now = 21;
    await expect(second).rejects.toMatchObject({ code: 'ERR_OVERLOADED' });
    expect(await first).toBe(false);
  });

  test('drops an unwanted task when its turn comes', async () => {
    const posted = jest.spyOn(Worker.prototype, 'postMessage');
    const pool = poolOf();
    const first = compare(pool, 'a', HASH);
    const unwanted = compare(pool, 'b', HASH, () => false);
    const wanted = compare(pool, SECRET, HASH);
    await expect(unwanted).rejects.toThrow('The caller has stopped waiting.');
    expect([await first, await wanted]).toEqual([false, true]);
    expect(posted).toHaveBeenCalledTimes(2);
  });

  test('drops an unwanted task for a new one if the queue is full', async () => {
    const pool = poolOf({ maxQueue: 1 });
    const first = compare(pool, 'a', HASH);
    const unwanted = compare(pool, 'b', HASH, () => false);
    const wanted = compare(pool, SECRET, HASH);
    await expect(unwanted).rejects.toThrow('The caller has stopped waiting.');
    expect([await first, await wanted]).toEqual([false, true]);
  });

  test('isFull returns whether the next task would be rejected', async () => {
    const pool = poolOf({ maxQueue: 1 });
    const seen = [pool.isFull];
    const first = compare(pool, 'a', HASH);
    seen.push(pool.isFull);
    const second = compare(pool, 'b', HASH);
    seen.push(pool.isFull);
    await Promise.all([first, second]);
    seen.push(pool.isFull);
    expect(seen).toEqual([false, false, true, false]);
  });

  test('isFull returns false if the queue contains unwanted tasks only', async () => {
    const pool = poolOf({ maxQueue: 1 });
    const first = compare(pool, 'a', HASH);
    const unwanted = compare(pool, 'b', HASH, () => false);
    expect(pool.isFull).toBe(false);
    await expect(unwanted).rejects.toThrow('The caller has stopped waiting.');
    await first;
  });

  test('looks for unwanted tasks at most once in 5 ms', async () => {
    let now = 0;
    const isWanted = jest.fn(() => true);
    const pool = poolOf({ maxQueue: 1, monotonicMs: () => now });
    const accepted = [compare(pool, 'a', HASH), compare(pool, 'b', HASH, isWanted)];
    for (let index = 0; index < 100; index++) expect(pool.isFull).toBe(true);
    now = 4;
    expect(pool.isFull).toBe(true);
    expect(isWanted).toHaveBeenCalledTimes(1);
    now = 5;
    expect(pool.isFull).toBe(true);
    expect(isWanted).toHaveBeenCalledTimes(2);
    await Promise.all(accepted);
  });
});

describe('a thread that crashes', () => {
  /** Terminates the worker that gets the first task, as a crash would. */
  function killFirstWorker(): void {
    const { postMessage } = Worker.prototype;
    jest.spyOn(Worker.prototype, 'postMessage').mockImplementationOnce(function (
      this: Worker,
      task: unknown,
    ) {
      postMessage.call(this, task);
      this.once('message', () => void this.terminate());
    });
  }

  test('a thread that crashes rejects its task, and is replaced for the waiting tasks', async () => {
    killFirstWorker();
    const pool = poolOf();
    const first = compare(pool, 'x', SLOW_HASH);
    const second = compare(pool, SECRET, HASH);
    await expect(first).rejects.toMatchObject({
      name: 'ThreadDiedError',
      code: 'ERR_HASHING_THREAD_DIED',
      couldStart: true,
    });
    expect(await second).toBe(true);
  });

  test('an idle thread that crashes is replaced at the next task', async () => {
    const workers: Worker[] = [];
    const { postMessage } = Worker.prototype;
    jest.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (
      this: Worker,
      task: unknown,
    ) {
      workers.push(this);
      postMessage.call(this, task);
    });
    const pool = poolOf();
    await compare(pool, SECRET, HASH);
    await workers[0]?.terminate();
    expect(await compare(pool, SECRET, HASH)).toBe(true);
    expect(workers[1]).not.toBe(workers[0]);
  });
});

describe('BcryptPool.close', () => {
  test('close rejects waiting, running and later tasks', async () => {
    const pool = poolOf();
    const atWork = compare(pool, 'x', SLOW_HASH);
    const waits = compare(pool, SECRET, HASH);
    const closed = pool.close();
    await expect(waits).rejects.toThrow('The verifier is closed.');
    await expect(atWork).rejects.toThrow('The hashing thread ended before it responded.');
    await closed;
    await expect(compare(pool, SECRET, HASH)).rejects.toThrow('The verifier is closed.');
  });

  test('close can be called twice, and before the first task', async () => {
    const pool = poolOf();
    await pool.close();
    await expect(pool.close()).resolves.toBeUndefined();
  });
});
