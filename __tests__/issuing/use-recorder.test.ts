import { createUseRecorder } from '../../lib/issuing/use-recorder';

const START = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;
const MINUTE = 60_000;
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A recorder whose notes are kept, with a clock that the test moves. */
function setUp(noteUse?: (clientId: string, label: string | undefined, at: Date) => unknown) {
  const notes: unknown[] = [];
  const outages: unknown[] = [];
  const state = { now: START };
  const record = createUseRecorder({
    verifier: {
      noteUse: (clientId, label, at) => {
        notes.push([clientId, label, at.getTime() - START]);
        return noteUse?.(clientId, label, at) as never;
      },
    },
    verifierTimeoutMs: 20,
    clock: () => state.now,
    onOutage: (outage) => outages.push(outage),
  });
  return { record, notes, outages, state };
}

test('a use is noted after the turn in which it was recorded', async () => {
  const { record, notes } = setUp();
  record('reports', 'a');
  expect(notes).toEqual([]);
  await nextTurn();
  expect(notes).toEqual([['reports', 'a', 0]]);
});

test('each secret is noted once an hour', async () => {
  const { record, notes, state } = setUp();
  for (const ms of [0, 1, HOUR - 1, HOUR]) {
    state.now = START + ms;
    record('reports', 'a');
    record('reports', undefined);
    record('other', 'a');
  }
  await nextTurn();
  expect(notes).toEqual([
    ...[
      ['reports', 'a', 0],
      ['reports', undefined, 0],
      ['other', 'a', 0],
    ],
    ...[
      ['reports', 'a', HOUR],
      ['reports', undefined, HOUR],
      ['other', 'a', HOUR],
    ],
  ]);
});

test('a clock that is set back does not stop the notes', async () => {
  const { record, notes, state } = setUp();
  record('reports', 'a');
  state.now = START - 1;
  record('reports', 'a');
  await nextTurn();
  expect(notes).toEqual([
    ['reports', 'a', 0],
    ['reports', 'a', -1],
  ]);
});

test('ten thousand uses of one secret are one note', async () => {
  const { record, notes } = setUp();
  for (let count = 0; count < 10_000; count += 1) record('reports', 'a');
  await nextTurn();
  expect(notes).toHaveLength(1);
});

test.each<[string, () => unknown]>([
  ['rejects', () => Promise.reject(new Error('down'))],
  [
    'throws',
    () => {
      throw new Error('down');
    },
  ],
])('a store that %s is one outage, and is left alone for ten minutes', async (_title, fail) => {
  const { record, notes, outages, state } = setUp(fail);
  record('reports', 'a');
  await nextTurn();
  expect(outages).toEqual([
    {
      source: 'uses',
      cause: expect.objectContaining({ message: 'down' }) as Error,
      clientId: 'reports',
    },
  ]);
  state.now = START + 10 * MINUTE - 1;
  record('reports', 'a');
  record('other', 'a');
  await nextTurn();
  expect(notes).toHaveLength(1);
  state.now = START + 10 * MINUTE;
  record('reports', 'a');
  await nextTurn();
  expect(notes).toHaveLength(2);
});

test('a few notes are under way at a time, and a failure is one outage', async () => {
  let pending = 0;
  let most = 0;
  const fails: ((error: Error) => void)[] = [];
  const { record, notes, outages } = setUp(() => {
    pending += 1;
    most = Math.max(most, pending);
    return new Promise((_, reject) => fails.push(reject)).finally(() => (pending -= 1));
  });
  for (let count = 0; count < 1000; count += 1) record(`client-${String(count)}`, 'a');
  await nextTurn();
  expect([notes.length, most]).toEqual([16, 16]);
  for (const fail of fails) fail(new Error('down'));
  await nextTurn();
  await nextTurn();
  expect([notes.length, outages.length]).toEqual([16, 1]);
});

test('a label that is no text does not throw', async () => {
  const { record, notes } = setUp();
  record('reports', 5n as never);
  await nextTurn();
  expect(notes).toHaveLength(1);
});

test('a store that does not settle is an outage after the time limit', async () => {
  const { record, outages } = setUp(() => new Promise(() => undefined));
  record('reports', 'a');
  while (outages.length === 0) await nextTurn();
  expect(outages).toMatchObject([{ cause: { message: 'noteUse did not settle within 20 ms.' } }]);
});

test('a verifier that notes no uses costs no turn of the event loop', () => {
  const record = createUseRecorder({
    ...{ verifier: {}, verifierTimeoutMs: 20, clock: () => START },
    onOutage: () => undefined,
  });
  const later = jest.spyOn(global, 'setImmediate');
  record('reports', 'a');
  expect(later).not.toHaveBeenCalled();
  later.mockRestore();
});
