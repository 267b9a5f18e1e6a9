import type path from 'node:path';

import * as thread from '../../../lib/clients/bcrypt/thread';
import { BcryptPool } from '../../../lib/clients/bcrypt/pool';
import { HASH, OTHER_HASH, SECRET } from '../../support/clients';

jest.mock('node:path', () => {
  const actual = jest.requireActual<typeof path>('node:path');
  return {
    ...actual,
    join: (...parts: string[]) =>
      actual.join(...parts.map((part) => part.replace('bcrypt-worker.js', 'gone.js'))),
  };
});

afterEach(() => {
  jest.restoreAllMocks();
});

test('where no worker can be started, as in a bundle, the work is done on the event loop, with one warning', async () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const pool = new BcryptPool({ threads: 2, maxQueue: 16, maxWaitMs: 60_000 });
  const compare = (enough: string[], all: string[]) =>
    pool.compare({ secret: SECRET, enough, all });
  expect(
    await Promise.all([
      compare([OTHER_HASH, HASH], []),
      compare([OTHER_HASH], [HASH]),
      compare([], [OTHER_HASH]),
    ]),
  ).toEqual([[HASH], [HASH], []]);
  expect(await pool.hash({ secret: 'new', cost: 4 })).toMatch(/^\$2[aby]\$04\$/);
  expect(warn.mock.calls).toEqual([
    [
      'express-client-jwt cannot start its hashing thread (is it bundled?): bcrypt runs on the event loop.',
    ],
  ]);
  await pool.close();
});

test('where Node does not allow workers at all, the same', async () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  jest.spyOn(thread, 'startWorkerThread').mockImplementation(() => {
    throw new Error('Access to this API has been restricted');
  });
  const pool = new BcryptPool({ threads: 1, maxQueue: 16, maxWaitMs: 60_000 });
  expect(await pool.compare({ secret: SECRET, enough: [HASH], all: [] })).toEqual([HASH]);
  expect(warn).toHaveBeenCalledTimes(1);
  await pool.close();
});
