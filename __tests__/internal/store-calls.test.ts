import { createStoreCalls, type StoreCallsSettings } from '../../lib/internal/store-calls';

const START = 1_000_000;
const DOWN = new Error('down');

function setUp(settings: Partial<StoreCallsSettings> = {}) {
  const state = { now: START };
  const clock = () => state.now;
  const calls = createStoreCalls({ timeoutMs: 20, store: 'The store', clock, ...settings });
  return { state, calls };
}

test('passes on a result, with or without a promise', async () => {
  const { calls } = setUp();
  expect(calls.call(() => 7)).toBe(7);
  await expect(calls.call(() => Promise.resolve(8))).resolves.toBe(8);
});

test('a call that does not settle in time rejects and names the timeout', async () => {
  const { calls } = setUp();
  await expect(calls.call(() => new Promise(() => undefined))).rejects.toThrow(
    'The store did not respond within 20 ms.',
  );
  expect(calls.isResting()).toBe(true);
});

test('after a rejection the store is not called for a second', async () => {
  const { state, calls } = setUp();
  const operation = jest.fn(() => Promise.reject(DOWN));
  await expect(calls.call(operation)).rejects.toBe(DOWN);
  state.now += 999;
  expect(() => calls.call(operation)).toThrow(DOWN);
  expect(operation).toHaveBeenCalledTimes(1);
  state.now += 1;
  expect(calls.isResting()).toBe(false);
  await expect(calls.call(operation)).rejects.toBe(DOWN);
  expect(operation).toHaveBeenCalledTimes(2);
});

test('setting the clock back ends the pause', async () => {
  const { state, calls } = setUp();
  await expect(calls.call(() => Promise.reject(DOWN))).rejects.toBe(DOWN);
  state.now -= 3_600_000;
  expect(calls.isResting()).toBe(false);
});

test('a call that throws synchronously does not pause the store', () => {
  const { calls } = setUp();
  expect(() =>
    calls.call(() => {
      throw DOWN;
    }),
  ).toThrow(DOWN);
  expect(calls.isResting()).toBe(false);
});

test('a failure that concerns one client does not pause the store', async () => {
  const { calls } = setUp({ isOutage: (cause) => !(cause instanceof TypeError) });
  await expect(calls.call(() => Promise.reject(new TypeError('one record')))).rejects.toThrow();
  expect(calls.isResting()).toBe(false);
});
