import { type ClientRecord, type ClientStore } from 'express-client-jwt';

import { ask, verifierOf } from '../../support/verifiers';
import { HASH, reports, SECRET } from '../../support/clients';

describe('a store', () => {
  test.each([null, undefined])('that answers %p has no such client', async (nothing) => {
    const verifier = verifierOf({ find: () => nothing });
    expect((await ask(verifier)).details).toEqual([
      { reason: 'unknown_client', secretLabel: undefined },
    ]);
  });

  test('may answer with null in every optional field, as databases do', async () => {
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

  test('that compares without regard to case has no client by another spelling of its id', async () => {
    const verifier = verifierOf({ find: () => reports({ clientId: 'Reports' }) });
    expect((await ask(verifier)).details).toEqual([
      { reason: 'unknown_client', secretLabel: undefined },
    ]);
    expect(verifier.find?.('reports')).toBeUndefined();
  });

  test('may answer with more columns than the fields', async () => {
    const row = { ...reports(), created_at: new Date(), secrets: [{ hash: HASH, id: 7 }] };
    expect((await ask(verifierOf({ find: () => row }))).clientId).toBe('reports');
  });

  test('may answer with an instance that has getters, as mappers make them', async () => {
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

  test('may answer with a thenable that is no promise, as query builders are', async () => {
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
      'answers with another client',
      () => reports({ clientId: 'admin' }),
      'The client store returned admin when it was asked for reports.',
    ],
    [
      'answers with a text',
      () => 'x' as never,
      'The record from the client store must be a client: an object with a clientId; it is a string.',
    ],
    [
      'answers without secrets',
      () => ({ clientId: 'reports' }),
      'The record from the client store (client reports).secrets must be an array of { hash, expiresAt?, label? }; it is undefined.',
    ],
  ])('that %s makes verify and find fail', async (_title, find, message) => {
    const verifier = verifierOf({ find });
    await expect(verifier.verify({ clientId: 'reports', clientSecret: SECRET })).rejects.toThrow(
      message,
    );
    await expect((async () => verifier.find?.('reports'))()).rejects.toThrow(message);
  });

  test('is closed with the verifier', async () => {
    const close = jest.fn(() => Promise.resolve());
    await verifierOf({ find: () => undefined, close }).close?.();
    expect(close).toHaveBeenCalledTimes(1);
  });
});

describe('an array', () => {
  test('is copied to the bottom: nothing follows when it changes', async () => {
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
    'takes the date %p',
    (tokensValidAfter) => {
      expect(verifierOf([reports({ tokensValidAfter })]).find?.('reports')).toMatchObject({
        tokensValidAfter: new Date(tokensValidAfter).toISOString(),
      });
    },
  );
});
