import type { CompareTask } from '../../../lib/clients/bcrypt/thread';
import { SecretComparer, type ComparerTask } from '../../../lib/clients/bcrypt/secret-comparer';

/** Mocks the pool: it finishes a task when the test says so, and records its calls. */
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
  /** Compares, finishes the pool's task if there is one, and returns the matches and the pool's tasks. */
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

describe('the cache of compared pairs', () => {
  test('compares a matching pair only once', async () => {
    const { ask } = setUp();
    expect(await ask(task('s', ['h']), 'h')).toEqual({
      matches: ['h'],
      asked: [asTask('s', ['h'])],
    });
    expect(await ask(task('s', ['h']))).toEqual({ matches: ['h'], asked: [] });
  });

  test('compares a pair that does not match only once', async () => {
    const { ask } = setUp();
    await ask(task('s', ['h'], ['i']));
    expect(await ask(task('s', ['h'], ['i']))).toEqual({ matches: [], asked: [] });
  });

  test('compares only unknown pairs, and adds the cached matches', async () => {
    const { ask } = setUp();
    await ask(task('s', ['a'], ['b', 'c']), 'c');
    expect(await ask(task('s', ['a', 'd'], ['b', 'c', 'e']), 'e')).toEqual({
      matches: ['e', 'c'],
      asked: [asTask('s', ['d'], ['e'])],
    });
  });

  test('caches nothing about the "enough" hashes after the first match', async () => {
    const { ask } = setUp();
    await ask(task('s', ['a', 'b', 'c'], ['d']), 'b');
    expect((await ask(task('s', ['a'], ['c', 'd']))).asked).toEqual([asTask('s', [], ['c', 'd'])]);
  });

  test('prefers a cached match to comparing, regardless of its position', async () => {
    const { ask } = setUp();
    await ask(task('s', ['b']), 'b');
    expect(await ask(task('s', ['a', 'b']))).toEqual({ matches: ['b'], asked: [] });
  });

  test('keeps pairs apart, regardless of where their texts are split', async () => {
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

  test('a flood of wrong secrets evicts wrong ones only', async () => {
    const { ask } = setUp(3);
    await ask(task('right', ['h']), 'h');
    for (let index = 0; index < 50; index++) await ask(task(`wrong${String(index)}`, ['h']));
    expect(await ask(task('right', ['h']))).toEqual({ matches: ['h'], asked: [] });
  });

  test('the cache is bounded', async () => {
    const { ask, pool } = setUp(2);
    for (const secret of ['a', 'b', 'c', 'a']) await ask(task(secret, ['h']));
    expect(pool.asked).toHaveLength(4);
  });

  test('forgets a mismatch after a minute, and never a match', async () => {
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

  test('provenHash finds the hash of a verified secret, for its own client only', async () => {
    const { ask, comparer } = setUp();
    await ask(task('s', ['h']), 'h');
    await ask(task('wrong', ['h']));
    expect(comparer.provenHash('a-client s')).toBe('h');
    expect(comparer.provenHash('another s')).toBeUndefined();
    expect(comparer.provenHash('a-client wrong')).toBeUndefined();
  });

  test('nameOf hides the client id and the secret', () => {
    const { comparer } = setUp();
    const name = comparer.nameOf('a-client', 's3cret');
    expect(name).toMatch(/^[\w-]{43}$/);
    expect(comparer.nameOf('a-client', 's3cret')).toBe(name);
    expect(comparer.nameOf('a-clien', 'ts3cret')).not.toBe(name);
    expect(setUp().comparer.nameOf('a-client', 's3cret')).not.toBe(name);
  });

  test('does not apply a match to a hash that has been replaced', async () => {
    const { ask } = setUp();
    await ask(task('s', ['old']), 'old');
    expect(await ask(task('s', ['new']))).toEqual({ matches: [], asked: [asTask('s', ['new'])] });
  });

  test('does not cache a failure', async () => {
    const { pool, comparer, ask } = setUp();
    const first = comparer.findMatches(task('s', ['h']));
    await settle();
    pool.asked[0]?.fail(new Error('died'));
    await expect(first).rejects.toThrow('died');
    expect((await ask(task('s', ['h']), 'h')).matches).toEqual(['h']);
  });
});

describe('concurrent equal comparisons', () => {
  test('concurrent equal comparisons run once', async () => {
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

  test('a shared comparison is wanted as long as one of its callers waits', async () => {
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

  test('a caller that comes after all others have left gets a new comparison', async () => {
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
