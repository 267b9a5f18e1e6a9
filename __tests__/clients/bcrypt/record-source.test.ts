import { type ClientRecord, type ClientStore } from 'express-client-jwt';

import { createRecordSource } from '../../../lib/clients/bcrypt/record-source';
import { ask, verifierOf } from '../../support/verifiers';
import { HASH, reports, SECRET } from '../../support/clients';

describe('a client store for bcryptVerifier', () => {
  test.each([null, undefined])('there is no such client if find returns %p', async (nothing) => {
    const verifier = verifierOf({ find: () => nothing });
    expect((await ask(verifier)).details).toEqual([
      { reason: 'unknown_client', secretLabel: undefined },
    ]);
  });

  test('find may return null in every optional field, as databases do', async () => {
    const record = {
      clientId: 'reports',
      secrets: [{ hash: HASH, expiresAt: null, label: null }],
      ...{
        scopes: null,
        disabled: null,
        tokensValidAfter: null,
        expiresInSeconds: null,
        claims: null,
      },
    };
    expect((await ask(verifierOf({ find: () => Promise.resolve(record) }))).clientId).toBe(
      'reports',
    );
  });

  test('a case-insensitive store has no client by another spelling of its id', async () => {
    const verifier = verifierOf({ find: () => reports({ clientId: 'Reports' }) });
    expect((await ask(verifier)).details).toEqual([
      { reason: 'unknown_client', secretLabel: undefined },
    ]);
    expect(verifier.find?.('reports')).toBeUndefined();
  });

  test('find may return more columns than the known fields', async () => {
    const row = { ...reports(), created_at: new Date(), secrets: [{ hash: HASH, id: 7 }] };
    expect((await ask(verifierOf({ find: () => row }))).clientId).toBe('reports');
  });

  test('find may return an instance with getters, as ORMs do', async () => {
    class Row {
      readonly #columns = reports();
      get clientId() {
        return this.#columns.clientId;
      }
      get secrets() {
        return this.#columns.secrets;
      }
    }
    expect((await ask(verifierOf({ find: () => new Row() }))).clientId).toBe('reports');
  });

  test('find may return a thenable that is not a promise, as query builders do', async () => {
    const thenable = {
      then: (resolve: (record: ClientRecord) => void) => {
        resolve(reports());
      },
    };
    expect((await ask(verifierOf({ find: () => thenable as never }))).clientId).toBe('reports');
  });

  test.each<[string, ClientStore['find'], string]>([
    ['rejects', () => Promise.reject(new Error('down')), 'down'],
    [
      'returns another client',
      () => reports({ clientId: 'admin' }),
      'The client store returned another client than reports.',
    ],
    [
      'returns a string',
      () => 'x' as never,
      'The record from the client store must be a client: an object with a clientId; it is a string.',
    ],
    [
      'returns a client without secrets',
      () => ({ clientId: 'reports' }),
      'The record from the client store (client reports).secrets must be an array of { hash, expiresAt?, label? }; it is undefined.',
    ],
  ])('verify and find reject if the find of the store %s', async (_title, find, message) => {
    const verifier = verifierOf({ find });
    await expect(verifier.verify({ clientId: 'reports', clientSecret: SECRET })).rejects.toThrow(
      message,
    );
    await expect((async () => verifier.find?.('reports'))()).rejects.toThrow(message);
  });

  test('the store is closed with the verifier', async () => {
    const close = jest.fn(() => Promise.resolve());
    await verifierOf({ find: () => undefined, close }).close?.();
    expect(close).toHaveBeenCalledTimes(1);
  });
});

describe('an array of clients for bcryptVerifier', () => {
  test('an array is deeply copied, so that later changes have no effect', async () => {
    const record = {
      clientId: 'reports',
      secrets: [{ hash: HASH }],
      scopes: ['a'],
      claims: { roles: ['x'] },
      disabled: false,
    };
    const clients = [record];
    const verifier = verifierOf(clients);
    record.scopes.push('admin');
    record.claims.roles.push('admin');
    record.disabled = true;
    record.secrets.length = 0;
    clients.length = 0;
    expect(await verifier.verify({ clientId: 'reports', clientSecret: SECRET })).toMatchObject({
      scopes: ['a'],
      claims: { roles: ['x'] },
      disabled: false,
    });
  });

  test.each(['2026-12-01', '2026-12-01T10:00Z', '2026-12-01T10:00:00.123+02:00', new Date(0)])(
    'accepts the date %p',
    (tokensValidAfter) => {
      expect(verifierOf([reports({ tokensValidAfter })]).find?.('reports')).toMatchObject({
        tokensValidAfter: new Date(tokensValidAfter).toISOString(),
      });
    },
  );
});

test('other work runs while the records of a long list are checked at the start', async () => {
  const list = () =>
    Promise.resolve(
      Array.from({ length: 1000 }, (_, index) => reports({ clientId: `c${String(index)}` })),
    );
  const store: ClientStore = Object.assign({ find: () => undefined }, { list });
  const seen: number[] = [];
  let records = 0;
  const source = createRecordSource(store, () => records++, Date.now);
  const starting = source.start();
  for (let turn = 0; turn < 5; turn++) {
    await new Promise(setImmediate);
    seen.push(records);
  }
  await starting;
  expect(seen[0]).toBeLessThan(1000);
  expect(records).toBe(1000);
});
