import { TokenError } from 'express-client-jwt/consumer';

import { refusal, SECRET, settled, sourceWith, tokenResponse } from '../support/consumer';

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('one token for many callers', () => {
  test('a thousand callers at once send one request', async () => {
    const { source, state } = sourceWith();
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => source.getToken()));
    expect([new Set(tokens), state.requests.length]).toEqual([new Set(['token-1']), 1]);
  });

  test('a token is kept until it is due, and is refreshed on use, not by a timer', async () => {
    const { source, state } = sourceWith();
    await source.getToken();
    // With chance in the middle: 80 % and half of the 10 %.
    state.now = 84_999;
    expect(await source.getToken()).toBe('token-1');
    expect(state.requests).toHaveLength(1);
    state.now = 85_000;
    // The old one serves while the new one is on its way.
    expect(await source.getToken()).toBe('token-1');
    await settled();
    expect(await source.getToken()).toBe('token-2');
    expect(state.requests).toHaveLength(2);
  });

  test.each([
    [0, 80_000],
    [1, 90_000],
  ])('chance of %d moves the refresh to %d ms', async (chance, dueMs) => {
    jest.spyOn(Math, 'random').mockReturnValue(chance);
    const { source, state } = sourceWith();
    await source.getToken();
    state.now = dueMs - 1;
    await source.getToken();
    expect(state.requests).toHaveLength(1);
    state.now = dueMs;
    await source.getToken();
    expect(state.requests).toHaveLength(2);
  });

  test('the lifetime counts from the time of sending', async () => {
    const { source, state } = sourceWith();
    state.respond = (count) => {
      state.now += 60_000;
      return tokenResponse(`token-${String(count)}`);
    };
    await source.getToken();
    state.now = 100_000;
    expect(await source.getToken()).toBe('token-2');
  });

  test('an expired token is never returned', async () => {
    const { source, state } = sourceWith();
    await source.getToken();
    state.now = 100_000;
    state.respond = () => refusal(503, 'ERR_OVERLOADED');
    await expect(source.getToken()).rejects.toThrow('503');
  });
});

describe('failures', () => {
  test('the old token serves while a refresh fails, until it expires', async () => {
    const { source, state } = sourceWith();
    await source.getToken();
    state.respond = () => Promise.reject(new TypeError('fetch failed'));
    for (state.now = 86_000; state.now < 100_000; state.now += 1000) {
      expect(await source.getToken()).toBe('token-1');
      await settled();
    }
    await expect(source.getToken()).rejects.toMatchObject({ code: 'ERR_NETWORK' });
  });

  test.each([
    ['3', 3000],
    ['600', 60_000],
  ])('after Retry-After: %s nothing is sent for %d ms', async (retryAfter, delayMs) => {
    const { source, state } = sourceWith();
    state.respond = () => refusal(503, 'ERR_OVERLOADED', retryAfter);
    await expect(source.getToken()).rejects.toMatchObject({ status: 503, code: 'ERR_OVERLOADED' });
    state.now = delayMs - 1;
    await expect(source.getToken()).rejects.toThrow('ERR_OVERLOADED');
    expect(state.requests).toHaveLength(1);
    state.now = delayMs;
    await expect(source.getToken()).rejects.toThrow('ERR_OVERLOADED');
    expect(state.requests).toHaveLength(2);
  });

  test('without Retry-After the delay doubles up to a minute, with chance', async () => {
    const { source, state } = sourceWith();
    state.respond = () => refusal(500, 'ERR_SERVER');
    const sentAt: number[] = [];
    for (state.now = 0; state.now < 200_000; state.now += 250) {
      const before = state.requests.length;
      await source.getToken().catch(() => undefined);
      if (state.requests.length > before) sentAt.push(state.now);
    }
    // Three quarters of 1, 2, 4, 8, 16, 32, 60 seconds, and the step of the loop.
    const delays = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    expect(delays.slice(0, 8)).toEqual([750, 1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000]);
  });

  test.each([
    [401, 'ERR_INVALID_CLIENT'],
    [403, 'ERR_INVALID_CLIENT'],
  ])('a %d is final until the credentials change', async (status, code) => {
    const { source, state } = sourceWith();
    state.respond = () => refusal(status, code);
    await expect(source.getToken()).rejects.toMatchObject({ isFinal: true, status, code });
    state.now = 1e12;
    await expect(source.getToken()).rejects.toMatchObject({ isFinal: true });
    expect(state.requests).toHaveLength(1);
    state.respond = () => tokenResponse('new');
    source.setCredentials({ clientId: 'reports', clientSecret: 'another-secret' });
    expect(await source.getToken()).toBe('new');
  });

  test('a caller that comes after the new credentials does not get the refusal of the old ones', async () => {
    const { source, state } = sourceWith();
    let respond: (response: Response) => void = () => undefined;
    state.respond = () => new Promise((resolve) => (respond = resolve));
    const before = source.getToken();
    await settled();
    source.setCredentials({ clientId: 'reports', clientSecret: 'another-secret' });
    const after = source.getToken();
    state.respond = () => tokenResponse('new');
    respond(refusal(403, 'ERR_INVALID_CLIENT'));
    expect(await Promise.all([before, after])).toEqual(['new', 'new']);
  });

  test.each(['0', ''])('a Retry-After of %j does not end the delay', async (retryAfter) => {
    const { source, state } = sourceWith();
    state.respond = () => refusal(503, 'ERR_OVERLOADED', retryAfter);
    for (let index = 0; index < 50; index++) await source.getToken().catch(() => undefined);
    expect(state.requests).toHaveLength(1);
  });

  test.each([
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['soon', undefined],
  ])('a Retry-After of %j, by the clock of the server, is %p seconds', async (date, seconds) => {
    const { source, state } = sourceWith();
    const headers = { 'Retry-After': date, Date: 'Thu, 01 Jan 2026 00:00:00 GMT' };
    state.respond = () => Response.json({}, { status: 503, headers });
    await expect(source.getToken()).rejects.toMatchObject({ retryAfterSeconds: seconds });
  });

  test('no message contains the secret', async () => {
    const { source, state } = sourceWith();
    for (const respond of [
      () => refusal(403, 'ERR_INVALID_CLIENT'),
      () => new Response('<html>'),
      () => Promise.reject(new TypeError('fetch failed')),
    ]) {
      state.respond = respond;
      const error = await source.getToken().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TokenError);
      expect((error as Error).message).not.toContain(SECRET);
      source.setCredentials({ clientId: 'reports', clientSecret: SECRET });
    }
  });
});

describe('a caller that gives up', () => {
  test('rejects with its reason, and the others get the token', async () => {
    const { source, state } = sourceWith();
    let respond: (response: Response) => void = () => undefined;
    state.respond = () => new Promise((resolve) => (respond = resolve));
    const abort = new AbortController();
    const [mine, other] = [source.getToken({ signal: abort.signal }), source.getToken()];
    await settled();
    abort.abort(new Error('tired'));
    await expect(mine).rejects.toThrow('tired');
    respond(tokenResponse('token'));
    expect(await other).toBe('token');
    expect([state.requests.length, state.requests[0]?.init.signal?.aborted]).toEqual([1, false]);
  });

  test('sends nothing if it has given up before', async () => {
    const { source, state } = sourceWith();
    const signal = AbortSignal.abort(new Error('tired'));
    await expect(source.getToken({ signal })).rejects.toThrow('tired');
    expect(state.requests).toHaveLength(0);
  });
});

describe('a token that the API has refused', () => {
  test('is replaced once, however many callers report it', async () => {
    const { source, state } = sourceWith();
    const token = await source.getToken();
    state.now = 2000;
    for (let index = 0; index < 10; index++) source.rejectToken(token);
    const next = await Promise.all(Array.from({ length: 10 }, () => source.getToken()));
    for (let index = 0; index < 10; index++) source.rejectToken(token);
    expect([new Set(next), await source.getToken()]).toEqual([new Set(['token-2']), 'token-2']);
    expect(state.requests).toHaveLength(2);
  });

  test('is kept if it is younger than a second, because the cause is another one', async () => {
    const { source, state } = sourceWith();
    const token = await source.getToken();
    state.now = 999;
    source.rejectToken(token);
    expect(await source.getToken()).toBe(token);
    expect(state.requests).toHaveLength(1);
  });
});
