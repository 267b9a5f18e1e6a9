import type { CheckedSecret } from '../../../lib/clients/bcrypt/check-record';
import { createRefusalLevel, type RefusalLevel } from '../../../lib/clients/bcrypt/refusal-level';

const secretOf = (cost: number): CheckedSecret => ({
  hash: `$2b$${String(cost)}`,
  cost,
  expiresAtMs: Infinity,
  label: undefined,
});

/** The costs of the dummy hashes for a client if secrets of these costs were compared. */
function costsOf(level: RefusalLevel, compared: number[] = [], clientId = 'a'): number[] {
  return level.decoysFor(clientId, compared.map(secretOf)).map((hash) => Number(hash.slice(4, 6)));
}

test('a rejection costs one hash of the default cost until a secret has been seen', () => {
  expect(costsOf(createRefusalLevel())).toEqual([10]);
});

test.each<[string, number[], number[], number[]]>([
  ['an unknown client costs as much as the only client', [10], [], [10]],
  ['a client whose secrets were compared gets no dummy hashes', [10], [10], []],
  ['an unknown client costs as much as two secrets', [10, 10], [], [11]],
  ['one compared secret gets a dummy hash if another client has two', [10, 10], [10], [10]],
  ['a cheap hash gets dummy hashes up to the cost of an expensive one', [12], [10], [11, 10]],
  ['an unknown client costs as much as an expensive and a cheap secret', [12, 10], [], [12, 10]],
  [
    'three hashes of the highest cost are not merged into a hash of a higher cost',
    [16, 16, 16],
    [],
    [16, 16, 16],
  ],
  ['an unknown client costs as much as a secret of the lowest cost', [4], [], [4]],
])('%s', (_title, seen, compared, filled) => {
  const level = createRefusalLevel();
  level.include({ secrets: seen.map(secretOf) });
  expect(costsOf(level, compared)).toEqual(filled);
});

test('the level stays at the most expensive client seen', () => {
  const level = createRefusalLevel();
  for (const secrets of [[secretOf(12)], [secretOf(8)], []]) level.include({ secrets: secrets });
  expect(costsOf(level)).toEqual([12]);
});

test('gives each id its own dummy bcrypt hashes, the same each time', () => {
  const level = createRefusalLevel();
  level.include({ secrets: [12, 10].map(secretOf) });
  const [a, again, b] = ['a', 'a', 'b'].map((clientId) => level.decoysFor(clientId, []));
  expect(again).toEqual(a);
  expect(new Set([...(a ?? []), ...(b ?? [])].map((hash) => hash.slice(7))).size).toBe(4);
  expect(a?.every((hash) => /^\$2b\$1[02]\$[./A-Za-z0-9]{53}$/.test(hash))).toBe(true);
});
