import type { CheckedSecret } from '../../../lib/clients/bcrypt/check-record';
import { createRefusalLevel, type RefusalLevel } from '../../../lib/clients/bcrypt/refusal-level';

const secretOf = (cost: number): CheckedSecret => ({
  hash: `$2b$${String(cost)}`,
  cost,
  expiresAtMs: Infinity,
  label: undefined,
});

/** The costs of the decoys for a client of whose secrets these were compared. */
function costsOf(level: RefusalLevel, compared: number[] = [], clientId = 'a'): number[] {
  return level.decoysFor(clientId, compared.map(secretOf)).map((hash) => Number(hash.slice(4, 6)));
}

test('costs one hash of the default cost as long as no secret has been seen', () => {
  expect(costsOf(createRefusalLevel())).toEqual([10]);
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
])('%s', (_title, seen, compared, filled) => {
  const level = createRefusalLevel();
  level.include({ secrets: seen.map(secretOf) });
  expect(costsOf(level, compared)).toEqual(filled);
});

test('stays at the costliest client seen', () => {
  const level = createRefusalLevel();
  for (const secrets of [[secretOf(12)], [secretOf(8)], []]) level.include({ secrets: secrets });
  expect(costsOf(level)).toEqual([12]);
});

test('gives each id hashes of its own, the same each time, in the form of bcrypt', () => {
  const level = createRefusalLevel();
  level.include({ secrets: [12, 10].map(secretOf) });
  const [a, again, b] = ['a', 'a', 'b'].map((clientId) => level.decoysFor(clientId, []));
  expect(again).toEqual(a);
  expect(new Set([...(a ?? []), ...(b ?? [])].map((hash) => hash.slice(7))).size).toBe(4);
  expect(a?.every((hash) => /^\$2b\$1[02]\$[./A-Za-z0-9]{53}$/.test(hash))).toBe(true);
});
