import { redisRevocations } from 'express-client-jwt/stores/redis';

/** A Redis whose log of revocations the test holds in its hand. */
function setUp() {
  const state = {
    log: ['id', '3'] as unknown,
    now: 0,
    info: 'OK' as unknown,
    silent: [] as string[],
    refused: [] as string[],
  };
  const sendCommand = jest.fn((...[command = '']: string[]): Promise<unknown> => {
    if (state.silent.includes(command)) return new Promise(() => undefined);
    if (state.refused.includes(command)) return Promise.reject(new Error(`NOPERM ${command}`));
    if (command === 'EXISTS') return Promise.resolve(0);
    if (command === 'INFO') return Promise.resolve(state.info);
    return Promise.resolve(command === 'HMGET' ? state.log : 'OK');
  });
  const store = redisRevocations({ sendCommand, clock: () => state.now });
  const count = (command: string) =>
    sendCommand.mock.calls.filter(([each]) => each === command).length;
  return { state, store, count };
}

let warn: jest.SpyInstance;
beforeEach(() => {
  warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => {
  warn.mockRestore();
});

test('redisRevocations looks for lost data once a second, and asks for the policy once', async () => {
  const { state, store, count } = setUp();
  await Promise.all([store.isRevoked('a'), store.isRevoked('b')]);
  state.now = 999;
  await store.isRevoked('c');
  expect(count('HMGET')).toBe(1);
  state.now = 1000;
  await store.isRevoked('d');
  expect([count('HMGET'), count('INFO')]).toEqual([2, 1]);
});

test.each([
  ['another id', ['other', '9']],
  ['a lower count', ['id', '2']],
  ['no log', [null, null]],
])('redisRevocations reports lost data once if Redis has %s', async (_title, log) => {
  const { state, store } = setUp();
  expect(await store.isRevoked('a')).toBe(false);
  state.log = log;
  state.now = 1000;
  await expect(store.isRevoked('a')).rejects.toThrow('Redis has lost revoked tokens');
  expect(await store.isRevoked('a')).toBe(false);
  state.now = 2000;
  expect(await store.isRevoked('a')).toBe(false);
  expect(warn.mock.calls).toEqual([
    [expect.stringContaining('Redis has lost'), { code: 'EXPRESS_CLIENT_JWT_REDIS_LOST' }],
  ]);
});

test.each([
  ['the same log', ['id', '3']],
  ['a higher count', ['id', '4']],
  ['a higher count as bytes', [Buffer.from('id'), Buffer.from('4')]],
])('redisRevocations reports nothing if Redis has %s', async (_title, log) => {
  const { state, store } = setUp();
  await store.isRevoked('a');
  state.log = log;
  state.now = 1000;
  expect(await store.isRevoked('a')).toBe(false);
  expect(warn).not.toHaveBeenCalled();
});

test('redisRevocations reports nothing if there has been no revocation yet', async () => {
  const { state, store } = setUp();
  state.log = [null, null];
  await store.isRevoked('a');
  state.log = ['id', '1'];
  state.now = 1000;
  expect(await store.isRevoked('a')).toBe(false);
});

test.each(['HMGET', 'INFO'])(
  'redisRevocations checks tokens although the reply to %s is lost or refused',
  async (command) => {
    const { state, store, count } = setUp();
    state.silent = [command];
    expect(await store.isRevoked('a')).toBe(false);
    state.silent = [];
    state.refused = [command];
    state.now = 1000;
    expect(await store.isRevoked('a')).toBe(false);
    expect(count('HMGET')).toBe(2);
  },
);

test('redisRevocations revokes a token although the count of revocations is refused', async () => {
  const { state, store } = setUp();
  state.refused = ['HSETNX', 'HINCRBY'];
  await store.revoke('a', new Date(60_000));
});

const infoOf = (limit: string, policy: string) =>
  `# Memory\r\nmaxmemory:${limit}\r\nmaxmemory_policy:${policy}\r\n`;

test.each<[string, unknown, number]>([
  ['may evict keys', infoOf('100', 'allkeys-lru'), 1],
  ['may evict keys, as bytes', Buffer.from(infoOf('100', 'volatile-ttl')), 1],
  ['has no limit', infoOf('0', 'allkeys-lru'), 0],
  ['rejects writes when it is full', infoOf('100', 'noeviction'), 0],
  ['does not say its policy', 'maxmemory:100\r\n', 0],
  ['replies with something else', 7, 0],
])('the warning about a Redis that %s', async (_title, info, count) => {
  const { state, store } = setUp();
  state.info = info;
  await store.isRevoked('a');
  await new Promise(setImmediate);
  expect(warn).toHaveBeenCalledTimes(count);
});

test('a reply to HMGET that is no list is ignored', async () => {
  const { state, store } = setUp();
  state.log = 'QUEUED';
  expect(await store.isRevoked('a')).toBe(false);
});

test('redisRevocations revokes and checks tokens with a driver that throws at other commands', async () => {
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  const sendCommand = (...[command]: string[]): Promise<unknown> => {
    if (command === 'EXISTS') return Promise.resolve(0);
    if (command === 'SET') return Promise.resolve('OK');
    throw new TypeError('not supported');
  };
  const store = redisRevocations({ sendCommand, clock: () => 0 });
  await store.revoke('a', new Date(60_000));
  expect(await store.isRevoked('b')).toBe(false);
  await new Promise(setImmediate);
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('redisRevocations notices lost data although nobody has asked since the revocation', async () => {
  const { state, store } = setUp();
  state.log = [null, null];
  await store.isRevoked('a');
  state.log = ['id', '1'];
  await store.revoke('a', new Date(60_000));
  state.log = [null, null];
  state.now = 1000;
  await expect(store.isRevoked('a')).rejects.toThrow('Redis has lost revoked tokens');
});
