import { Worker } from 'node:worker_threads';

import { createInlineThread, useWorker } from '../../../lib/clients/bcrypt/thread';
import { HASH, OTHER_HASH, SECRET } from '../../support/clients';

const TASK = { secret: SECRET, enough: [HASH], all: [] };

/** A thread that runs this code, and the events that it has emitted. */
function threadOf(code: string) {
  const events: string[] = [];
  const thread = useWorker(new Worker(code, { eval: true }), {
    onReady: () => events.push('ready'),
    onStartFailure: ({ message }) => events.push(message),
    onEnd: () => events.push('end'),
  });
  return { thread, events };
}

const READY = `const { parentPort } = require('node:worker_threads'); parentPort.postMessage('ready');`;

describe('useWorker', () => {
  test('reports a start failure if the worker throws before it is ready', async () => {
    const { thread, events } = threadOf(`throw new Error('no bcryptjs here');`);
    await expect(thread.run(TASK)).rejects.toMatchObject({
      message: 'The hashing thread could not be started.',
      couldStart: false,
    });
    expect(events).toEqual(['end', 'no bcryptjs here']);
  });

  test('reports a start failure if the worker exits before it is ready', async () => {
    const { thread, events } = threadOf('');
    await expect(thread.run(TASK)).rejects.toMatchObject({ couldStart: false });
    expect(events).toEqual(['end', 'it exited before it was ready']);
  });

  test('reports no start failure if the worker throws during a task', async () => {
    const { thread, events } = threadOf(
      `${READY} parentPort.on('message', () => { throw new Error('broken'); });`,
    );
    await expect(thread.run(TASK)).rejects.toMatchObject({
      message: 'The hashing thread ended before it responded.',
      couldStart: true,
    });
    expect(events).toEqual(['ready', 'end']);
  });

  test('reports no start failure if the worker is terminated before it is ready', async () => {
    const { thread, events } = threadOf('setInterval(() => {}, 1000);');
    const answer = thread.run(TASK);
    await Promise.all([
      thread.terminate(),
      expect(answer).rejects.toMatchObject({ couldStart: true }),
    ]);
    expect(events).toEqual(['end']);
  });
});

describe('an inline thread', () => {
  const compare = (enough: string[], all: string[]) =>
    createInlineThread().run({ secret: SECRET, enough, all });

  test('finds the first match of the "enough" hashes', async () => {
    expect(await compare([OTHER_HASH, HASH], [])).toEqual([HASH]);
  });

  test('finds every match of the "all" hashes if no "enough" hash matches', async () => {
    expect(await compare([OTHER_HASH], [OTHER_HASH, HASH])).toEqual([HASH]);
  });

  test('hashes a secret', async () => {
    const thread = createInlineThread();
    expect(await thread.run({ secret: 'new', cost: 4 })).toMatch(/^\$2[aby]\$04\$/);
    await thread.terminate();
  });
});
