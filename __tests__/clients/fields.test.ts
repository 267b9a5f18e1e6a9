import type { ClientStore } from 'express-client-jwt';

import { HASH, SECRET } from '../support/clients';
import { ask, verifierOf } from '../support/verifiers';

/** A verifier over a database that returns this row. */
const storeOf = (row: object): ClientStore => ({ find: () => ({ clientId: 'reports', ...row }) });
const secrets = [{ hash: HASH }];
const clientOf = (row: object) =>
  verifierOf(storeOf(row)).verify({ clientId: 'reports', clientSecret: SECRET });

describe('a row of a database', () => {
  test.each<[string, object, object]>([
    ['0 for false', { secrets, disabled: 0 }, { disabled: false }],
    ['a bigint for false', { secrets, disabled: 0n }, { disabled: false }],
    ['JSON text for secrets', { secrets: JSON.stringify(secrets) }, { disabled: false }],
    ['JSON text for scopes', { secrets, scopes: '["a","b"]' }, { scopes: ['a', 'b'] }],
    ['a Set for scopes', { secrets, scopes: new Set(['a']) }, { scopes: ['a'] }],
    ['JSON text for claims', { secrets, claims: '{"tenant":7}' }, { claims: { tenant: 7 } }],
    ['a Map for claims', { secrets, claims: new Map([['tenant', 7]]) }, { claims: { tenant: 7 } }],
    ['null for an unset field', { secrets, scopes: null, claims: null }, { scopes: undefined }],
  ])('a row may have %s', async (_title, row, client) => {
    expect(await clientOf(row)).toMatchObject(client);
  });

  test('a row is disabled by 1 as well as by true', async () => {
    const verifier = verifierOf(storeOf({ secrets, disabled: 1 }));
    expect((await ask(verifier)).details).toEqual([{ reason: 'disabled_client' }]);
  });

  test.each<[string, object, string]>([
    ['a flag as text', { secrets, disabled: 'f' }, 'disabled must be true or false (or 1 or 0)'],
    ['a flag of 2', { secrets, disabled: 2 }, 'disabled must be true or false (or 1 or 0)'],
    ['scopes as plain text', { secrets, scopes: 'a b' }, 'scopes must be an array of scopes'],
    ['broken JSON text', { secrets: '[{' }, 'secrets must be an array of { hash'],
    ['an array for claims', { secrets, claims: '[1]' }, 'claims must be an object'],
    [
      'a date without its zone',
      { secrets, tokensValidAfter: '2026-01-01 12:00:00' },
      'tokensValidAfter must be a Date or an ISO 8601 date (with its zone if it has a time)',
    ],
  ])('a row with %s is an outage, not a rejection', async (_title, row, message) => {
    await expect(clientOf(row)).rejects.toThrow(message);
  });
});
