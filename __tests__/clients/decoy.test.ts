import type { CheckedSecret } from '../../lib/clients/client';
import { createRefusalLevel } from '../../lib/clients/decoy';

const secretOf = (cost: number): CheckedSecret => ({
  hash: `$2b$${String(cost)}`,
  cost,
  expiresAtMs: Infinity,
  label: undefined,
});

function recordingLevel() {
  const compared: { hash: string; cost: number }[] = [];
  const level = createRefusalLevel({
    isProven: () => false,
    matches: (_secret, hash) => {
      compared.push({ hash, cost: Number(hash.slice(4, 6)) });
      return Promise.resolve(false);
    },
  });
  const costsOf = async (secrets: CheckedSecret[], clientId = 'a') => {
    compared.length = 0;
    await level.fillUp(clientId, 'secret', secrets, undefined);
    return compared.map(({ cost }) => cost);
  };
  return { level, compared, costsOf };
}

test('costs one hash of the default cost as long as no secret has been seen', async () => {
  const { costsOf } = recordingLevel();
  expect(await costsOf([])).toEqual([10]);
});

test.each<[string, number[], number[], number[]]>([
  ['an unknown client costs as much as the one client', [10], [], [10]],
  ['a client that has been compared costs no more', [10], [10], []],
  ['an unknown client costs as much as two secrets', [10, 10], [], [11]],
  ['one secret is filled up to two', [10, 10], [10], [10]],
  ['a cheap hash is filled up to a dear one', [12], [10], [11, 10]],
  ['an unknown client costs as much as a dear and a cheap one', [12, 10], [], [12, 10]],
  ['three of the highest cost are not one of a higher one', [16, 16, 16], [], [16, 16, 16]],
  ['the lowest cost', [4], [], [4]],
])('%s', async (_title, seen, compared, filled) => {
  const { level, costsOf } = recordingLevel();
  level.include(seen.map(secretOf));
  expect(await costsOf(compared.map(secretOf))).toEqual(filled);
});

test('stays at the costliest client seen', async () => {
  const { level, costsOf } = recordingLevel();
  level.include([secretOf(12)]);
  level.include([secretOf(8)]);
  level.include([]);
  expect(await costsOf([])).toEqual([12]);
});

test('gives each id a hash of its own, the same each time, in the form of bcrypt', async () => {
  const { compared, costsOf } = recordingLevel();
  const hashes: (string | undefined)[] = [];
  for (const clientId of ['a', 'a', 'b']) {
    await costsOf([], clientId);
    hashes.push(compared[0]?.hash);
  }
  expect(hashes[0]).toMatch(/^\$2b\$10\$[./A-Za-z0-9]{53}$/);
  expect(hashes[1]).toBe(hashes[0]);
  expect(hashes[2]).not.toBe(hashes[0]);
});
