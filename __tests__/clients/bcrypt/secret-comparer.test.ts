import type { CompareTask } from '../../../lib/clients/bcrypt/thread';
import { SecretComparer, type ComparerTask } from '../../../lib/clients/bcrypt/secret-comparer';

/** Stands for the pool: answers when the test says so, and counts. */
function manualPool() {
  const asked: {
    task: CompareTask;
    isWanted: () => boolean;
    answer: (...hashes: string[]) => void;
    fail: (error: Error) => void;
  }[] = [];
  return {
    asked,
    compare: (task: CompareTask, isWanted: () => boolean = () => true) =>
      new Promise<string[]>((resolve, fail) =>
        asked.push({
          task,
          isWanted,
          fail,
          answer: (...hashes) => {
            resolve(hashes);
          },
        }),
      ),
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const asTask = (secret: string, enough: string[], all: string[] = []): CompareTask => ({
  secret,
  enough,
  all,
});
const task = (secret: string, enough: string[], all: string[] = []): ComparerTask => ({
  pair: `a-client ${secret}`,
  ...asTask(secret, enough, all),
});

function setUp(cacheSize = 10) {
  const pool = manualPool();
  const comparer = new SecretComparer(pool, cacheSize);
  /** Asks, answers for the pool where it is asked, and gives what came of it and what the pool was asked. */
  const ask = async (question: ComparerTask, ...hashes: string[]) => {
    const before = pool.asked.length;
    const matches = comparer.findMatches(question);
    await settle();
    const asked = pool.asked.slice(before);
    asked[0]?.answer(...hashes);
    return { matches: await matches, asked: asked.map((each) => each.task) };
  };
  return { pool, comparer, ask };
}

describe('the memory of pairs', () => {
  test('works out only once that a pair matches', async () => {
    const { ask } = setUp();
    expect(await ask(task('s', ['h']), 'h')).toEqual({
      matches: ['h'],
      asked: [asTask('s', ['h'])],
    });
    expect(await ask(task('s', ['h']))).toEqual({ matches: ['h'], asked: [] });
  });

  test('works out only once that a pair does not match', async () => {
    const { ask } = setUp();
    await ask(task('s', ['h'], ['i']));
    expect(await ask(task('s', ['h'], ['i']))).toEqual({ matches: [], asked: [] });
  });

  test('asks only for what is open, and adds what is known', async () => {
    const { ask } = setUp();
    await ask(task('s', ['a'], ['b', 'c']), 'c');
    expect(await ask(task('s', ['a', 'd'], ['b', 'c', 'e']), 'e')).toEqual({
      matches: ['e', 'c'],
      asked: [asTask('s', ['d'], ['e'])],
    });
  });

  test('knows nothing of the hashes behind the first of enough that matched', async () => {
    const { ask } = setUp();
    await ask(task('s', ['a', 'b', 'c'], ['d']), 'b');
    expect((await ask(task('s', ['a'], ['c', 'd']))).asked).toEqual([asTask('s', [], ['c', 'd'])]);
  });

  test('prefers what is proven to asking, wherever it stands', async () => {
    const { ask } = setUp();
    await ask(task('s', ['b']), 'b');
    expect(await ask(task('s', ['a', 'b']))).toEqual({ matches: ['b'], asked: [] });
  });

  test('keeps pairs apart, however their texts are cut', async () => {
    const { ask } = setUp();
    await ask(task('secret', ['hash']), 'hash');
    for (const other of [
      task('ecret', ['hashs']),
      task('secret', ['hash ']),
      task('hash', ['secret']),
      task('', ['hash secret']),
    ]) {
      expect((await ask(other)).asked).toHaveLength(1);
    }
  });

  test('a flood of wrong secrets pushes out wrong ones only', async () => {
    const { ask } = setUp(3);
    await ask(task('right', ['h']), 'h');
    for (let index = 0; index < 50; index++) await ask(task(`wrong${String(index)}`, ['h']));
    expect(await ask(task('right', ['h']))).toEqual({ matches: ['h'], asked: [] });
  });

  test('is bounded', async () => {
    const { ask, pool } = setUp(2);
    for (const secret of ['a', 'b', 'c', 'a']) await ask(task(secret, ['h']));
    expect(pool.asked).toHaveLength(4);
  });

  test('forgets after a minute what did not match, and never what did', async () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(1000);
    const { ask } = setUp();
    await ask(task('s', ['right']), 'right');
    await ask(task('s', ['wrong']));
    now.mockReturnValue(60_900);
    expect((await ask(task('s', ['wrong']))).asked).toHaveLength(0);
    now.mockReturnValue(61_100);
    expect((await ask(task('s', ['wrong']))).asked).toHaveLength(1);
    expect((await ask(task('s', ['right']))).asked).toHaveLength(0);
    now.mockRestore();
  });

  test('tells whether a client has proven a secret, and for no other client', async () => {
    const { ask, comparer } = setUp();
    await ask(task('s', ['h']), 'h');
    await ask(task('wrong', ['h']));
    expect(comparer.provenHash('a-client s')).toBe('h');
    expect(comparer.provenHash('another s')).toBeUndefined();
    expect(comparer.provenHash('a-client wrong')).toBeUndefined();
  });

  test('names a client and a secret so that neither can be read', () => {
    const { comparer } = setUp();
    const name = comparer.nameOf('a-client', 's3cret');
    expect(name).toMatch(/^[\w-]{43}$/);
    expect(comparer.nameOf('a-client', 's3cret')).toBe(name);
    expect(comparer.nameOf('a-clien', 'ts3cret')).not.toBe(name);
    expect(setUp().comparer.nameOf('a-client', 's3cret')).not.toBe(name);
  });

  test('does not take a proof for a hash that has been replaced', async () => {
    const { ask } = setUp();
    await ask(task('s', ['old']), 'old');
    expect(await ask(task('s', ['new']))).toEqual({ matches: [], asked: [asTask('s', ['new'])] });
  });

  test('does not keep a failure', async () => {
    const { pool, comparer, ask } = setUp();
    const first = comparer.findMatches(task('s', ['h']));
    await settle();
    pool.asked[0]?.fail(new Error('died'));
    await expect(first).rejects.toThrow('died');
    expect((await ask(task('s', ['h']), 'h')).matches).toEqual(['h']);
  });
});

describe('equal questions at one time', () => {
  test('are worked out once', async () => {
    const { pool, comparer } = setUp();
    const questions = [
      task('s', ['h']),
      task('s', ['h']),
      task('s', [], ['h']),
      task('other', ['h']),
    ];
    const answers = Promise.all(questions.map(async (each) => comparer.findMatches(each)));
    await settle();
    expect(pool.asked.map((each) => each.task)).toEqual([
      asTask('s', ['h']),
      asTask('s', [], ['h']),
      asTask('other', ['h']),
    ]);
    for (const { answer } of pool.asked) answer('h');
    expect(await answers).toEqual([['h'], ['h'], ['h'], ['h']]);
  });

  test('are wanted as long as one of the askers waits', async () => {
    const { pool, comparer } = setUp();
    const [one, two] = [new AbortController(), new AbortController()];
    void comparer.findMatches(task('s', ['h']), () => one.signal);
    void comparer.findMatches(task('s', ['h']), () => two.signal);
    await settle();
    const { isWanted } = pool.asked[0] ?? { isWanted: () => undefined };
    one.abort();
    expect(isWanted()).toBe(true);
    two.abort();
    expect(isWanted()).toBe(false);
  });

  test('an asker who comes after all others have gone has the work done anew', async () => {
    const { pool, comparer } = setUp();
    const gone = new AbortController();
    const abandoned = comparer.findMatches(task('s', ['h']), () => gone.signal);
    await settle();
    gone.abort();
    const late = comparer.findMatches(task('s', ['h']));
    await settle();
    expect(pool.asked).toHaveLength(2);
    pool.asked[0]?.fail(new Error('dropped'));
    await expect(abandoned).rejects.toThrow('dropped');
    const joined = comparer.findMatches(task('s', ['h']));
    pool.asked[1]?.answer('h');
    expect([await late, await joined]).toEqual([['h'], ['h']]);
    expect(pool.asked).toHaveLength(2);
  });
});
