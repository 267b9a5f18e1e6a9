import { Worker } from 'node:worker_threads';

import { createInlineThread, useWorker } from '../../../lib/clients/bcrypt/thread';
import { HASH, OTHER_HASH, SECRET } from '../../support/clients';

const TASK = { secret: SECRET, enough: [HASH], all: [] };

/** A thread that runs this code, and the events that it has told. */
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

describe('a worker', () => {
  test('that throws before it is ready has failed to start', async () => {
    const { thread, events } = threadOf(`throw new Error('no bcryptjs here');`);
    await expect(thread.run(TASK)).rejects.toMatchObject({
      message: 'The hashing thread could not be started.',
      couldStart: false,
    });
    expect(events).toEqual(['end', 'no bcryptjs here']);
  });

  test('that exits before it is ready has failed to start', async () => {
    const { thread, events } = threadOf('');
    await expect(thread.run(TASK)).rejects.toMatchObject({ couldStart: false });
    expect(events).toEqual(['end', 'it exited before it was ready']);
  });

  test('that throws during a task had started', async () => {
    const { thread, events } = threadOf(
      `${READY} parentPort.on('message', () => { throw new Error('broken'); });`,
    );
    await expect(thread.run(TASK)).rejects.toMatchObject({
      message: 'The hashing thread ended before it responded.',
      couldStart: true,
    });
    expect(events).toEqual(['ready', 'end']);
  });

  test('that is terminated before it is ready has not failed to start', async () => {
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

  test('finds the first of enough that matches', async () => {
    expect(await compare([OTHER_HASH, HASH], [])).toEqual([HASH]);
  });

  test('finds those of all that match if none of enough does', async () => {
    expect(await compare([OTHER_HASH], [OTHER_HASH, HASH])).toEqual([HASH]);
  });

  test('hashes a secret', async () => {
    const thread = createInlineThread();
    expect(await thread.run({ secret: 'new', cost: 4 })).toMatch(/^\$2[aby]\$04\$/);
    await thread.terminate();
  });
});
