import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';

import type { Outage } from '../../lib/events';
import { createRemoteKeys } from '../../lib/keys/remote-keys';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const second = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = (kid: string, key = pair): JsonWebKey => ({
  ...key.publicKey.export({ format: 'jwk' }),
  kid,
  alg: 'ES256',
});
const MINUTE = 60_000;
const START = Date.parse('2026-01-01');

/** Remote keys with a clock, and an issuer that serves `jwks` or throws. */
function issuer(jwks: unknown[] | Error = [jwk('a')], maxStaleSeconds = 300) {
  const outages: Outage[] = [];
  const state = { now: START, jwks, loads: 0 };
  const keys = createRemoteKeys({
    load: () => {
      state.loads += 1;
      return state.jwks instanceof Error ? Promise.reject(state.jwks) : Promise.resolve(state.jwks);
    },
    maxStaleSeconds,
    clock: () => state.now,
    onOutage: (outage) => outages.push(outage),
  });
  return { keys, state, outages };
}
const down = new Error('issuer down');
const found = [expect.objectContaining({ alg: 'ES256', kid: 'a' }) as unknown];

describe('loading', () => {
  test('the keys are loaded for the first token, and not before', async () => {
    const { keys, state } = issuer();
    expect(state.loads).toBe(0);
    expect(await keys.find('a', 'ES256')).toEqual(found);
    expect(state.loads).toBe(1);
  });

  test('known keys are found synchronously', async () => {
    const { keys, state } = issuer();
    await keys.find('a', 'ES256');
    state.now += 9 * MINUTE;
    expect(keys.find('a', 'ES256')).toEqual(found);
    expect(state.loads).toBe(1);
  });

  test('however many tokens wait, one attempt is in flight', async () => {
    const { keys, state } = issuer();
    const all = Array.from({ length: 100 }, async (_, index) =>
      keys.find(`k${String(index)}`, 'ES256'),
    );
    expect(new Set(await Promise.all(all))).toEqual(new Set(['ERR_TOKEN_KEY']));
    expect(state.loads).toBe(1);
  });

  test('after ten minutes they are loaded again in the background', async () => {
    const { keys, state } = issuer();
    await keys.find('a', 'ES256');
    state.now += 10 * MINUTE;
    state.jwks = [jwk('b')];
    expect(keys.find('a', 'ES256')).toEqual(found);
    expect(state.loads).toBe(2);
    await Promise.resolve();
    await new Promise(setImmediate);
    expect(await keys.find('a', 'ES256')).toBe('ERR_TOKEN_KEY');
    expect(await keys.find('b', 'ES256')).toMatchObject([{ kid: 'b' }]);
  });
});

describe('unknown keys', () => {
  test('a new key is found after one more attempt', async () => {
    const { keys, state } = issuer();
    await keys.find('a', 'ES256');
    state.now += MINUTE;
    state.jwks = [jwk('a'), jwk('b', second)];
    expect(await keys.find('b', 'ES256')).toMatchObject([{ kid: 'b' }]);
    expect(state.loads).toBe(2);
  });

  test('a flood of made-up keys causes one attempt in 30 seconds', async () => {
    const { keys, state } = issuer();
    await keys.find('a', 'ES256');
    for (const seconds of [1, 29, 30, 31, 59, 60]) {
      state.now = START + seconds * 1000;
      for (let index = 0; index < 50; index++)
        expect(await keys.find(`made-up-${String(index)}`, 'ES256')).toBe('ERR_TOKEN_KEY');
    }
    expect(state.loads).toBe(3);
  });

  test('the cool-down counts after a failure too', async () => {
    const { keys, state, outages } = issuer(down);
    for (let index = 0; index < 50; index++)
      await expect(keys.find(`made-up-${String(index)}`, 'ES256')).rejects.toBe(down);
    expect([state.loads, outages.length]).toEqual([1, 1]);
    state.now += 30_000;
    state.jwks = [jwk('a')];
    expect(await keys.find('a', 'ES256')).toEqual(found);
  });

  test.each(['HS256', 'none', 'x', ''])('the algorithm %j is refused without an attempt', (alg) => {
    const { keys, state } = issuer();
    expect(keys.find('a', alg)).toBe('ERR_TOKEN_ALGORITHM');
    expect(state.loads).toBe(0);
  });

  test('a known kid with another algorithm is refused', async () => {
    expect(await issuer().keys.find('a', 'RS256')).toBe('ERR_TOKEN_KEY');
  });
});

describe('while the issuer is away', () => {
  const away = async (maxStaleSeconds?: number) => {
    const made = issuer([jwk('a')], maxStaleSeconds);
    await made.keys.find('a', 'ES256');
    made.state.jwks = down;
    return made;
  };

  test('the last keys serve for maxStaleSeconds after their ten minutes, and not longer', async () => {
    const { keys, state } = await away(300);
    state.now = START + 15 * MINUTE - 1;
    expect(keys.find('a', 'ES256')).toEqual(found);
    await new Promise(setImmediate);
    state.now = START + 15 * MINUTE;
    await expect(keys.find('a', 'ES256')).rejects.toBe(down);
  });

  test('attempts in the background are 30 seconds apart, and each failure is told once', async () => {
    const { keys, state, outages } = await away();
    for (const seconds of [0, 1, 29, 30, 31]) {
      state.now = START + 10 * MINUTE + seconds * 1000;
      expect(keys.find('a', 'ES256')).toEqual(found);
      await new Promise(setImmediate);
    }
    expect(state.loads).toBe(3);
    expect(outages).toEqual(
      Array.from({ length: 2 }, () => ({ source: 'keys', cause: down, clientId: undefined })),
    );
  });

  test('an unknown key rejects, because it may be a new one', async () => {
    const { keys, state } = await away();
    state.now += MINUTE;
    await expect(keys.find('b', 'ES256')).rejects.toBe(down);
    expect(keys.find('a', 'ES256')).toEqual(found);
  });

  test.each([
    ['no keys', []],
    ['no usable key', [{ kty: 'oct', k: 'AAAA' }]],
  ])(
    'a set with %s replaces the last one, because the issuer has withdrawn its keys',
    async (_title, jwks) => {
      const { keys, state, outages } = await away();
      state.jwks = jwks;
      state.now += 10 * MINUTE;
      void keys.find('a', 'ES256');
      await new Promise(setImmediate);
      expect(await keys.find('a', 'ES256')).toBe('ERR_TOKEN_KEY');
      expect(outages).toEqual([]);
    },
  );

  test('a load that never settles is a failure after 15 seconds, and the next attempt may start', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    try {
      const load = jest.fn(() => new Promise<never>(() => undefined));
      let now = START;
      const options = { load, maxStaleSeconds: 300, clock: () => now, onOutage: jest.fn() };
      const keys = createRemoteKeys(options);
      for (const attempts of [1, 2]) {
        const check = expect(keys.find('a', 'ES256')).rejects.toThrow('within 15000 ms.');
        await jest.advanceTimersByTimeAsync(15_000);
        await check;
        now += 31_000;
        expect(load).toHaveBeenCalledTimes(attempts);
      }
    } finally {
      jest.useRealTimers();
    }
  });

  test('a clock that was set back loads the keys again', async () => {
    const { keys, state } = issuer();
    await keys.find('a', 'ES256');
    state.now -= 60 * MINUTE;
    expect(await keys.find('a', 'ES256')).toEqual(found);
    expect(state.loads).toBe(2);
  });
});

describe('ambiguous keys', () => {
  test('a token without kid gets the only key of its algorithm', async () => {
    expect(await issuer().keys.find(undefined, 'ES256')).toEqual(found);
  });

  test('a token without kid is refused if two keys have its algorithm', async () => {
    const { keys } = issuer([jwk('a'), jwk('b', second)]);
    expect(await keys.find(undefined, 'ES256')).toBe('ERR_TOKEN_KEY');
  });

  test('two keys with one kid are refused', async () => {
    const { keys } = issuer([jwk('a'), jwk('a', second)]);
    expect(await keys.find('a', 'ES256')).toBe('ERR_TOKEN_KEY');
  });
});
