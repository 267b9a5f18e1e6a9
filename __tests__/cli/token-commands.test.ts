import { cli, json, NOW, ok } from '../support/cli';
import { mint } from '../support/mint';

describe('token inspect', () => {
  test('decodes a token, and says first that nothing is verified', async () => {
    const token = mint({ iat: NOW / 1000 - 60, exp: NOW / 1000 + 60, note: '\u001b[31mred' });
    const shown = await ok('token inspect', { stdin: `Authorization: Bearer ${token}\r\n` });
    expect(shown).toMatch(/^NOT VERIFIED/);
    expect(shown).toContain('2026-11-24T12:01:00.000Z');
    expect(shown).toContain('Expires at 2026-11-24T12:01:00.000Z.');
    expect(shown).not.toContain('\u001b');
    expect(await json('token inspect', { stdin: token })).toMatchObject({
      verified: false,
      header: { alg: 'HS256' },
    });
  });

  test.each<[object, string]>([
    [{ exp: NOW / 1000 }, 'Expired at 2026-11-24T12:00:00.000Z.'],
    [{ exp: undefined }, 'Has no exp.'],
    [{ exp: 'soon' }, 'Has no exp.'],
    [{ exp: 1e300 }, 'Has no exp.'],
  ])('says whether a token has expired: %j', async (claims, sentence) => {
    expect(await ok('token inspect', { stdin: mint(claims as never) })).toContain(sentence);
  });

  test('rejects a malformed token without printing it', async () => {
    expect((await cli('token inspect', { stdin: 'not-a-token' })).stderr).toBe(
      'express-client-jwt: The standard input is not a well-formed JWT.\n',
    );
  });
});

test('members of a token print no control characters to the terminal', async () => {
  const shown = await ok('token inspect', {
    stdin: mint({}, { '\u001b[2J\u001b[HVERIFIED': '\u009b31m' }),
  });
  expect(shown).not.toMatch(/[\u001b\u009b]/);
});

describe('token revoke', () => {
  function redis() {
    const sendCommand = jest.fn((..._args: string[]) => Promise.resolve<unknown>('OK'));
    const end = jest.fn(() => Promise.resolve());
    const connectRedis = jest.fn(() => Promise.resolve({ sendCommand, end }));
    return { sendCommand, end, connectRedis };
  }

  test('writes the jti under the key that redisRevocations reads, for a year, and closes the connection', async () => {
    const { sendCommand, end, connectRedis } = redis();
    expect(await ok('token revoke some-jti --redis redis://h', { connectRedis })).toBe(
      'The token some-jti is refused until 2027-11-24T12:00:00.000Z.\n',
    );
    expect(sendCommand.mock.calls).toEqual([
      ['SET', 'jwt:revoked:some-jti', '1', 'PX', '31536000000'],
      ['HSETNX', 'jwt:revoked:(log)', 'id', expect.any(String)],
      ['HINCRBY', 'jwt:revoked:(log)', 'count', '1'],
      ['HMGET', 'jwt:revoked:(log)', 'id', 'count'],
    ]);
    expect([connectRedis.mock.calls, end.mock.calls.length]).toEqual([[['redis://h']], 1]);
  });

  test('reads the URL from the environment, and takes a prefix and an end', async () => {
    const { sendCommand, connectRedis } = redis();
    const line = 'token revoke a --redis env --prefix mine: --until 7d';
    const env = { REDIS_URL: 'redis://h' };
    expect(await json(line, { env, connectRedis })).toEqual({
      jti: 'a',
      until: '2026-12-01T12:00:00.000Z',
    });
    expect(sendCommand.mock.calls[0]?.[1]).toBe('mine:a');
  });

  test('closes the connection and says so if Redis does not store the jti', async () => {
    const { sendCommand, end, connectRedis } = redis();
    sendCommand.mockResolvedValue(null);
    const result = await cli('token revoke a --redis redis://h', { connectRedis });
    expect([result.exitCode, end.mock.calls.length]).toEqual([1, 1]);
    expect(result.stderr).toContain('Redis did not answer SET with OK.');
  });

  test.each([
    ['token revoke a', 'Give --redis URL.'],
    ['token revoke a --redis env', '--redis env: set the environment variable REDIS_URL.'],
    ['token revoke a --redis redis://h --until 2026-01-01', '--until must be in the future.'],
    ['token revoke (log) --redis redis://h', 'JTI must be the jti of a token'],
    ['token revoke é --redis redis://h', 'JTI must be the jti of a token'],
    [`token revoke ${mint()} --redis redis://h`, 'JTI must be the jti of a token'],
    ['token revoke', 'Usage: express-client-jwt token revoke JTI'],
  ])('rejects the command line "%s"', async (line, sentence) => {
    const { connectRedis } = redis();
    const result = await cli(line, { connectRedis });
    expect([result.exitCode, connectRedis.mock.calls.length]).toEqual([2, 0]);
    expect(result.stderr).toContain(sentence);
  });
});
