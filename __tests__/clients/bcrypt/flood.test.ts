import type { ClientRecord, ClientStore } from 'express-client-jwt';

import { LOOKUP_TIMEOUT_MS } from '../../../lib/clients/bcrypt/bounded-lookups';
import { getToken, testApp } from '../../support/app';
import { hashOf, reports, SECRET } from '../../support/clients';
import { verifierOf } from '../../support/verifiers';

/** A store that responds when the test releases it, and counts its calls. */
function slowStore(records: readonly ClientRecord[]) {
  const state = { calls: 0, inFlight: 0, most: 0 };
  let waiting: (() => void)[] = [];
  const store: ClientStore = {
    find: async (clientId) => {
      state.calls += 1;
      state.inFlight += 1;
      state.most = Math.max(state.most, state.inFlight);
      await new Promise<void>((resolve) => waiting.push(resolve));
      state.inFlight -= 1;
      return records.find((record) => record.clientId === clientId);
    },
  };
  const respond = () => {
    const all = waiting;
    waiting = [];
    for (const each of all) each();
  };
  return { state, store, respond };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const outcomeOf = (promise: Promise<unknown>) =>
  promise.then(
    (client) => (client === undefined ? 'refused' : 'accepted'),
    (error: unknown) => (error as { code: string }).code,
  );

test('a flood of 10,000 made-up ids has at most 100 lookups in flight', async () => {
  const { state, store, respond } = slowStore([]);
  const verifier = verifierOf(store, { maxQueue: 10 });
  const outcomes = Array.from({ length: 10_000 }, (_, index) =>
    outcomeOf(verifier.verify({ clientId: `made-up-${String(index)}`, clientSecret: SECRET })),
  );
  await settle();
  expect([state.calls, state.most]).toEqual([100, 100]);
  respond();
  const counts = new Map<string, number>();
  for (const outcome of await Promise.all(outcomes))
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  expect(counts.get('ERR_OVERLOADED')).toBeGreaterThanOrEqual(9900);
  expect(counts.get('accepted')).toBeUndefined();
  expect(state.calls).toBe(100);
}, 30_000);

test('does not look up a client for an unknown secret while the hashing queue is full', async () => {
  const { state, store, respond } = slowStore([]);
  const verifier = verifierOf(store, { threads: 1, maxQueue: 1 });
  const first = ['a', 'b'].map((clientId) =>
    outcomeOf(verifier.verify({ clientId, clientSecret: SECRET })),
  );
  await settle();
  respond();
  await settle();
  const late = outcomeOf(verifier.verify({ clientId: 'c', clientSecret: SECRET }));
  expect(await late).toBe('ERR_OVERLOADED');
  expect(state.calls).toBe(2);
  expect(await Promise.all(first)).toEqual(['refused', 'refused']);
});

test('a client whose secret was verified before still gets its token during the flood', async () => {
  const { state, store, respond } = slowStore([reports({ secrets: [{ hash: hashOf(SECRET) }] })]);
  const verifier = verifierOf(store, { threads: 1, maxQueue: 1 });
  const proof = verifier.verify({ clientId: 'reports', clientSecret: SECRET });
  await settle();
  respond();
  // The record is looked up once more after the hash.
  while (state.calls < 2) await settle();
  respond();
  expect(await proof).toMatchObject({ clientId: 'reports' });

  const flood = Array.from({ length: 500 }, (_, index) =>
    outcomeOf(verifier.verify({ clientId: `made-up-${String(index)}`, clientSecret: SECRET })),
  );
  await settle();
  const known = verifier.verify({ clientId: 'reports', clientSecret: SECRET });
  await settle();
  respond();
  expect(await known).toMatchObject({ clientId: 'reports' });
  expect(await Promise.all(flood)).toContain('ERR_OVERLOADED');
});

test('an overload gets a 503 response with Retry-After and causes no further lookups', async () => {
  const { state, store } = slowStore([]);
  const app = testApp({ verifier: verifierOf(store), verifierTimeoutMs: 50 });
  const calls = await Promise.all(
    Array.from({ length: 120 }, (_, index) => getToken(app, `made-up-${String(index)}`)),
  );
  const overloaded = calls.filter(({ status }) => status === 503);
  expect(overloaded).toHaveLength(20);
  expect(overloaded[0]?.headers['retry-after']).toBe('2');
  expect(state.calls).toBe(100);
});

test('lookups that never settle time out, free their slots, and count as an outage', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
  try {
    const { store } = slowStore([]);
    const verifier = verifierOf(store);
    const hung = Array.from({ length: 100 }, (_, index) =>
      outcomeOf(verifier.verify({ clientId: `hung-${String(index)}`, clientSecret: SECRET })),
    );
    await settle();
    const late = verifier.verify({ clientId: 'late', clientSecret: SECRET });
    expect(await outcomeOf(late)).toBe('ERR_OVERLOADED');
    jest.advanceTimersByTime(LOOKUP_TIMEOUT_MS);
    expect(new Set(await Promise.all(hung))).toEqual(new Set([undefined]));
    void verifier.verify({ clientId: 'next', clientSecret: SECRET }).catch(() => undefined);
    await settle();
  } finally {
    jest.useRealTimers();
  }
});
