import { bcryptVerifier, type BcryptVerifierOptions, type ClientStore } from 'express-client-jwt';

import { BcryptPool } from '../../../lib/clients/bcrypt/pool';
import { HASH, SECRET } from '../../support/clients';

const costly = { hash: HASH.replace('$04$', '$06$') };
const nobody = () => undefined;

/** The bcrypt costs of the hashes compared for the first rejection after a start. */
async function firstRefusal(store: ClientStore, options: BcryptVerifierOptions = {}) {
  const compare = jest.spyOn(BcryptPool.prototype, 'compare').mockResolvedValue([]);
  const verifier = bcryptVerifier(store, options);
  await verifier.verify({ clientId: 'nobody', clientSecret: SECRET });
  await verifier.close?.();
  const [task] = compare.mock.calls[0] ?? [];
  compare.mockRestore();
  return task?.all.map((hash) => Number(hash.slice(4, 6)));
}

test('the first rejection does the work of the most expensive client if the store can list', async () => {
  const list = jest.fn(() => Promise.resolve([{ clientId: 'a', secrets: [costly] }]));
  expect(await firstRefusal({ find: nobody, list } as ClientStore)).toEqual([6]);
  expect(list.mock.calls).toEqual([[{ limit: 10_000 }]]);
});

test('a malformed record does not exclude the other clients from the level', async () => {
  const broken = { clientId: 'b', secrets: [{ hash: 'plain' }] };
  const list = () => Promise.resolve([broken, { clientId: 'a', secrets: [costly] }]);
  expect(await firstRefusal({ find: nobody, list } as ClientStore)).toEqual([6]);
});

test('if list fails, the first rejection does the default work, and verify does not reject', async () => {
  const list = () => Promise.reject(new Error('down'));
  expect(await firstRefusal({ find: nobody, list } as ClientStore)).toEqual([10]);
});

test('refusalCost sets the minimum work for a store that cannot list', async () => {
  expect(await firstRefusal({ find: nobody }, { refusalCost: 5 })).toEqual([5]);
  expect(await firstRefusal({ find: nobody })).toEqual([10]);
});

test('throws for an invalid refusalCost', () => {
  expect(() => bcryptVerifier({ find: nobody }, { refusalCost: 3 })).toThrow(
    'bcryptVerifier: refusalCost must be a whole number from 4 to 16; it is 3.',
  );
});
