import { Worker } from 'node:worker_threads';

import { hashSecret } from '../../../lib/clients/bcrypt/hash-secret';
import { defaultThreads } from '../../../lib/clients/bcrypt/pool';

test('concurrent calls of hashSecret share the threads of one pool', async () => {
  const workers = new Set<Worker>();
  const { postMessage } = Worker.prototype;
  jest.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (
    this: Worker,
    task: unknown,
  ) {
    workers.add(this);
    postMessage.call(this, task);
  });
  const secrets = Array.from({ length: 100 }, (_, index) => `secret-${String(index)}`);
  const hashes = await Promise.all(secrets.map((secret) => hashSecret(secret, { cost: 4 })));
  expect(new Set(hashes).size).toBe(100);
  expect(workers.size).toBeLessThanOrEqual(defaultThreads());
  jest.restoreAllMocks();
});

describe('hashSecret', () => {
  test('creates a hash of the default cost with a new salt each time', async () => {
    const [one, two] = [await hashSecret('a-secret'), await hashSecret('a-secret')];
    expect([one, two]).toEqual([
      expect.stringMatching(/^\$2[aby]\$10\$/),
      expect.stringMatching(/^\$2[aby]\$10\$/),
    ]);
    expect(one).not.toBe(two);
  });

  test('takes a cost', async () => {
    expect(await hashSecret('a-secret', { cost: 5 })).toMatch(/^\$2[aby]\$05\$/);
  });

  test.each([
    ['', 'is an empty string'],
    ['x'.repeat(73), 'has 73 characters'],
    ['with space', 'has a space'],
    ['é', 'has a character that is not visible ASCII'],
    ['a\0b', 'has a character that is not visible ASCII'],
    [7 as never, 'is a whole number'],
  ])('rejects %p as a secret, and says that it %s', async (secret, fault) => {
    await expect(hashSecret(secret)).rejects.toThrow(
      `secret must be 1 to 72 visible ASCII characters; it ${fault}.`,
    );
  });

  test.each([3, 17, '10' as never])('rejects %p as a cost', async (cost) => {
    await expect(hashSecret('a-secret', { cost })).rejects.toThrow(
      /^cost must be a whole number from 4 to 16; it is /,
    );
  });
});
