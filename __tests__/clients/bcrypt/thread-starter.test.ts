import { Worker } from 'node:worker_threads';

import type { BcryptThread } from '../../../lib/clients/bcrypt/thread';
import { createThreadStarter, type startThread } from '../../../lib/clients/bcrypt/thread-starter';
import { workerFromFile, workerFromText } from '../../../lib/clients/bcrypt/worker-sources';
import { HASH, SECRET } from '../../support/clients';

const TASK = { secret: SECRET, enough: [HASH], all: [] };
const threads: BcryptThread[] = [];

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(threads.splice(0).map((thread) => thread.terminate()));
});

/** Throws when the worker is constructed, as Node does without permission for worker threads. */
function denied(): Worker {
  throw Object.assign(new Error('Access to this API has been restricted'), {
    code: 'ERR_ACCESS_DENIED',
  });
}
const missing = () => {
  throw new Error('/app/bcrypt-worker.js does not exist');
};
/** Fails after the worker has been constructed, like a bundle that has the file but no bcryptjs. */
const broken = () => new Worker(`require('no-such-package');`, { eval: true });

function setUp(...sources: (() => Worker)[]) {
  let nowMs = 0;
  const warn = jest.fn<undefined, [string]>();
  const used = sources.map((source) => jest.fn(source));
  const start = createThreadStarter({ sources: used, monotonicMs: () => nowMs, warn });
  return {
    warn,
    uses: () => used.map((source) => source.mock.calls.length),
    advance: (ms: number) => (nowMs += ms),
    start: () => {
      const thread = start(() => undefined);
      threads.push(thread);
      return thread;
    },
  };
}

describe('the worker sources', () => {
  test('uses the first source that works, and no other', async () => {
    const { start, uses, warn } = setUp(workerFromFile, denied);
    expect(await start().run(TASK)).toEqual([HASH]);
    expect(uses()).toEqual([1, 0]);
    expect(warn).not.toHaveBeenCalled();
  });

  test('uses the next source if the first throws, without a warning', async () => {
    const { start, uses, warn } = setUp(missing, workerFromText);
    expect([await start().run(TASK), await start().run(TASK)]).toEqual([[HASH], [HASH]]);
    expect(uses()).toEqual([1, 2]);
    expect(warn).not.toHaveBeenCalled();
  });

  test('uses the next source if a worker of the first fails to start, without a warning', async () => {
    const { start, uses, warn } = setUp(broken, workerFromText);
    await expect(start().run(TASK)).rejects.toMatchObject({ couldStart: false });
    expect(await start().run(TASK)).toEqual([HASH]);
    expect(uses()).toEqual([1, 1]);
    expect(warn).not.toHaveBeenCalled();
  });

  test('two workers that fail together count as one failure', async () => {
    const { start, uses } = setUp(broken, workerFromText);
    const both = [start().run(TASK), start().run(TASK)];
    await Promise.allSettled(both);
    expect(await start().run(TASK)).toEqual([HASH]);
    expect(uses()).toEqual([2, 1]);
  });
});

describe('if no worker source works', () => {
  test('tasks run inline', async () => {
    const { start } = setUp(missing, denied);
    const thread = start();
    expect(thread.isReusable).toBe(false);
    expect(await thread.run(TASK)).toEqual([HASH]);
  });

  test('one warning names the missing permission and the flag that grants it', () => {
    const { start, warn } = setUp(missing, denied);
    start();
    start();
    expect(warn.mock.calls).toEqual([
      [
        'express-client-jwt cannot start a worker thread (ERR_ACCESS_DENIED), so bcrypt blocks the event loop. ' +
          'Node runs without permission for worker threads. Start it with --allow-worker',
      ],
    ]);
  });

  test('the warning shows any other cause, and the remedy for a bundle', async () => {
    const { start, warn } = setUp(() => new Worker('', { eval: true }));
    await expect(start().run(TASK)).rejects.toMatchObject({ couldStart: false });
    expect(warn.mock.calls).toEqual([
      [
        'express-client-jwt cannot start a worker thread (it exited before it was ready), so bcrypt blocks the event loop. ' +
          'If the app is bundled, mark express-client-jwt as external and install it beside the bundle',
      ],
    ]);
  });

  test('the sources are retried after 1 s, then after twice as long each time, up to 60 s', () => {
    const { start, uses, advance } = setUp(denied);
    start();
    for (const [index, seconds] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
      advance(seconds * 1000 - 1);
      start();
      expect(uses()).toEqual([index + 1]);
      advance(1);
      start();
      expect(uses()).toEqual([index + 2]);
    }
  });

  test('a second failure emits no second warning', () => {
    const { start, warn, advance } = setUp(denied);
    start();
    advance(1000);
    start();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('a worker is used as soon as one can start again', async () => {
    let isDenied = true;
    const { start, advance } = setUp(() => (isDenied ? denied() : workerFromFile()));
    expect(start().isReusable).toBe(false);
    isDenied = false;
    expect(start().isReusable).toBe(false);
    advance(1000);
    const thread = start();
    expect(thread.isReusable).toBe(true);
    expect(await thread.run(TASK)).toEqual([HASH]);
  });

  test('the retry delay starts at 1 s again after a worker has started', async () => {
    let isDenied = true;
    const { start, uses, advance } = setUp(() => (isDenied ? denied() : workerFromFile()));
    start();
    advance(1000);
    start();
    advance(2000);
    isDenied = false;
    await start().run(TASK);
    isDenied = true;
    start();
    advance(1000);
    start();
    expect(uses()).toEqual([5]);
  });
});

test('the thread starter of the process emits a warning with a code', () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  jest.isolateModules(() => {
    jest.doMock('node:worker_threads', () => ({ Worker: denied }));
    const starter = jest.requireActual<{ startThread: typeof startThread }>(
      '../../../lib/clients/bcrypt/thread-starter',
    );
    expect(starter.startThread(() => undefined).isReusable).toBe(false);
  });
  expect(warn.mock.calls).toEqual([
    [expect.stringContaining('ERR_ACCESS_DENIED'), { code: 'EXPRESS_CLIENT_JWT_NO_WORKER' }],
  ]);
});
