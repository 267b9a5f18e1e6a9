import type { Client } from 'express-client-jwt';

import { createStandingCheck } from '../../lib/guarding/standing';
import { down, DOWN, GOOD, setUp, START } from '../support/standing';

test('caches a result for clientCacheSeconds, and returns it without a promise meanwhile', async () => {
  const { find, ask, standingOf } = setUp();
  expect(await ask(0)).toEqual(GOOD);
  await ask(29.999);
  expect(standingOf('a')).toEqual(GOOD);
  expect(find).toHaveBeenCalledTimes(1);
  await ask(30);
  expect(find).toHaveBeenCalledTimes(2);
});

test('looks up each time if clientCacheSeconds is 0', async () => {
  const { find, ask } = setUp({ clientCacheSeconds: 0 });
  await ask(0);
  await ask(0);
  expect(find).toHaveBeenCalledTimes(2);
});

test('caches that a client is unknown', async () => {
  const { state, find, ask } = setUp();
  state.answer = () => Promise.resolve(undefined);
  expect([await ask(0), await ask(1)]).toEqual([undefined, undefined]);
  expect(find).toHaveBeenCalledTimes(1);
});

test('makes one concurrent lookup per client', async () => {
  const { find, standingOf } = setUp();
  await Promise.all([standingOf('a'), standingOf('a')]);
  expect(find).toHaveBeenCalledTimes(1);
});

test('counts the age of a result from the start of its lookup', async () => {
  const { state, find, ask, standingOf } = setUp();
  let answer: (client: Client) => void = () => undefined;
  state.answer = () => new Promise((resolve) => (answer = resolve));
  const first = standingOf('a');
  state.now = START + 20_000;
  answer({ clientId: 'a' });
  await first;
  void ask(30);
  expect(find).toHaveBeenCalledTimes(2);
  answer({ clientId: 'a' });
});

test('looks up again after the clock has been set back', async () => {
  const { find, ask } = setUp();
  await ask(0);
  await ask(-10);
  expect(find).toHaveBeenCalledTimes(2);
});

describe('if the client store fails', () => {
  test('the last result is used until it is maxStaleSeconds old', async () => {
    const { state, ask } = setUp();
    await ask(0);
    state.answer = down;
    expect(await ask(31)).toEqual(GOOD);
    expect(await ask(299.999)).toEqual(GOOD);
    await expect(ask(301)).rejects.toBe(DOWN);
  });

  test('the last result is also used if find throws', async () => {
    const { find, outages, ask } = setUp();
    await ask(0);
    find.mockImplementation(() => {
      throw DOWN;
    });
    expect(await ask(31)).toEqual(GOOD);
    await expect(ask(301)).rejects.toBe(DOWN);
    expect(outages).toEqual([DOWN, DOWN]);
  });

  test('a background lookup that fails when the last result is too old does not end the process', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const { state, ask, standingOf } = setUp({ timeoutMs: 60_000 });
    await ask(0);
    state.answer = down;
    await ask(299);
    let fail: (cause: unknown) => void = () => undefined;
    state.answer = () => new Promise((_, reject) => (fail = reject));
    state.now = START + 299_900;
    expect(standingOf('a')).toEqual(GOOD);
    state.now = START + 301_000;
    fail(DOWN);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('the last result is used if the client was disabled', async () => {
    const { state, ask } = setUp();
    state.answer = () => Promise.resolve({ clientId: 'a', disabled: true });
    await ask(0);
    state.answer = down;
    expect(await ask(31)).toEqual({ ...GOOD, disabled: true });
  });

  test('the store is not called for a second, and each failure is reported once', async () => {
    const { state, find, outages, ask, standingOf } = setUp();
    await ask(0);
    state.answer = down;
    state.now = START + 31_000;
    await Promise.all([standingOf('a'), standingOf('a')]);
    await ask(31.9);
    expect([find.mock.calls.length, outages]).toEqual([2, [DOWN]]);
    await ask(32);
    await new Promise((resolve) => setImmediate(resolve));
    expect([find.mock.calls.length, outages]).toEqual([3, [DOWN, DOWN]]);
  });

  test('the lookup fails without an earlier result, and works again once the store does', async () => {
    const { state, ask } = setUp();
    state.answer = down;
    await expect(ask(0)).rejects.toBe(DOWN);
    state.answer = () => Promise.resolve({ clientId: 'a' });
    await expect(ask(0.999)).rejects.toBe(DOWN);
    expect(await ask(1)).toEqual(GOOD);
  });

  test('the lookup fails at once if maxStaleSeconds is 0', async () => {
    const { state, ask } = setUp({ maxStaleSeconds: 0 });
    await ask(0);
    state.answer = down;
    await expect(ask(31)).rejects.toBe(DOWN);
  });

  test('the last result is not used after the clock has been set back', async () => {
    const { state, ask } = setUp();
    await ask(0);
    state.answer = down;
    await expect(ask(-10)).rejects.toBe(DOWN);
  });

  test('later requests get the last result at once while the failed store is called again', async () => {
    const { state, find, ask, standingOf } = setUp();
    await ask(0);
    state.answer = down;
    await ask(31);
    let resume: (client: Client) => void = () => undefined;
    state.answer = () => new Promise((resolve) => (resume = resolve));
    state.now = START + 33_000;
    expect([standingOf('a'), standingOf('a')]).toEqual([GOOD, GOOD]);
    expect(find).toHaveBeenCalledTimes(3);
    resume({ clientId: 'a', disabled: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(standingOf('a')).toEqual({ ...GOOD, disabled: true });
  });

  test('a lookup that does not respond times out', async () => {
    await expect(setUp().ask(0, 'never')).rejects.toThrow(
      'The lookup of a client did not respond within 20 ms.',
    );
  });
});

test('a result without a promise replaces an older one that came by a promise', async () => {
  const { state, find, ask } = setUp();
  await ask(0);
  find.mockImplementationOnce(() => undefined as never);
  expect(await ask(31)).toBeUndefined();
  state.answer = down;
  await expect(ask(32)).rejects.toBe(DOWN);
});

test('does not cache results that find returns without a promise', () => {
  const find = jest.fn(() => ({ clientId: 'a' }));
  const standingOf = createStandingCheck(
    { find },
    {
      clientCacheSeconds: 30,
      maxStaleSeconds: 300,
      timeoutMs: 20,
      clock: () => START,
      onOutage: () => undefined,
    },
  );
  expect([standingOf('a', START), standingOf('a', START)]).toEqual([GOOD, GOOD]);
  expect(find).toHaveBeenCalledTimes(2);
});
