interface Places {
  readonly HOURS: number;
  readonly PLACES: readonly (readonly [
    name: string,
    expected: readonly unknown[],
    create: () => (() => unknown) | Promise<() => unknown>,
  ])[];
}
const { HOURS, PLACES } = jest.requireActual<Places>('./places/fixtures/clock.cjs');

const later = () => Date.now() + HOURS * 3_600_000;
/** Only the clock: the network and the threads are real. */
const fakeDate = (now: number) =>
  jest.useFakeTimers({
    now,
    doNotFake: [
      ...(['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask'] as const),
      ...(['clearImmediate', 'clearTimeout', 'clearInterval', 'performance', 'hrtime'] as const),
    ],
  });

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test.each(PLACES)(
  '%s follows fake timers that are set before it is created',
  async (_name, expected, create) => {
    fakeDate(Date.now());
    const ask = await create();
    const first = await ask();
    jest.setSystemTime(later());
    expect([first, await ask()]).toEqual(expected);
  },
);

test.each(PLACES)(
  '%s follows fake timers that are set after it is created',
  async (_name, expected, create) => {
    const ask = await create();
    const first = await ask();
    fakeDate(later());
    expect([first, await ask()]).toEqual(expected);
  },
);

test.each(PLACES)(
  '%s follows a spy on Date.now that is set after it is created',
  async (_name, expected, create) => {
    const ask = await create();
    const first = await ask();
    jest.spyOn(Date, 'now').mockReturnValue(later());
    expect([first, await ask()]).toEqual(expected);
  },
);
