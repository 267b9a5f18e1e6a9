import type path from 'node:path';

import { BcryptPool } from '../../lib/clients/bcrypt-pool';
import { HASH, SECRET } from '../support/clients';

jest.mock('node:path', () => {
  const actual = jest.requireActual<typeof path>('node:path');
  return {
    ...actual,
    join: (...parts: string[]) => actual.join(...parts.map((part) => part.replace('bcrypt-worker.js', 'gone.js'))),
  };
});

test('where no worker can be started, as in a bundle, the work is done on the event loop, with one warning', async () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const pool = new BcryptPool({ threads: 2, maxQueue: 16 });
  expect(await Promise.all([pool.compare(SECRET, HASH), pool.compare('x', HASH), pool.compare('y', HASH)])).toEqual([
    true,
    false,
    false,
  ]);
  expect(await pool.compare(await Promise.resolve('new'), await pool.hash('new', 4))).toBe(true);
  expect(warn.mock.calls).toEqual([
    ['express-client-jwt cannot start its hashing thread (is it bundled?): bcrypt runs on the event loop.'],
  ]);
  await pool.close();
});
