import { bcryptVerifier, type ClientRecord, type ClientStore } from 'express-client-jwt';

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
      () => ({ clientId: 'reports' }) as never,
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

describe('what is refused at start', () => {
  const at = 'clients[0] (client reports)';
  const HASH_MUST =
    'a bcrypt hash of cost 4 to 16 ($2b$10$…), as hashSecret() makes it and with no $ lost to a shell';
  const secret = (hash: unknown) => reports({ secrets: [{ hash: hash as string }] });
  test.each<[string, unknown, string]>([
    [
      'no clients',
      undefined,
      'bcryptVerifier: clients must be an array of client records, or a store with a find(clientId) function; it is undefined.',
    ],
    [
      'a store without find',
      {},
      'bcryptVerifier: clients must be an array of client records, or a store with a find(clientId) function; it is an object.',
    ],
    [
      'a record that is none',
      ['reports'],
      'clients[0] must be a client: an object with a clientId; it is a string.',
    ],
    [
      'an id with a space',
      [reports({ clientId: 'a b' })],
      'clients[0].clientId must be a string of 1 to 256 visible ASCII characters; it is a string.',
    ],
    [
      'one id twice',
      [reports(), reports()],
      'clients[1]: there are two clients with the id reports.',
    ],
    [
      'a secret in plain text',
      [secret('my-plain-secret')],
      `${at}.secrets[0].hash must be ${HASH_MUST}; it is a string.`,
    ],
    [
      'a hash that is cut',
      [secret(HASH.slice(0, -1))],
      `${at}.secrets[0].hash must be ${HASH_MUST}; it is a string.`,
    ],
    [
      'a hash with bits in its salt that bcrypt does not use',
      [secret(HASH.slice(0, 28) + 'P' + HASH.slice(29))],
      `${at}.secrets[0].hash must be ${HASH_MUST}; it is a string.`,
    ],
    [
      'a hash of cost 31',
      [secret(HASH.replace('$04$', '$31$'))],
      `${at}.secrets[0].hash must be ${HASH_MUST}; it is a string.`,
    ],
    [
      'a hash of cost 17',
      [secret(HASH.replace('$04$', '$17$'))],
      `${at}.secrets[0].hash must be ${HASH_MUST}; it is a string.`,
    ],
    [
      'a hash of cost 03',
      [secret(HASH.replace('$04$', '$03$'))],
      `${at}.secrets[0].hash must be ${HASH_MUST}; it is a string.`,
    ],
    [
      'a hash with something after it',
      [secret(`${HASH}\n`)],
      `${at}.secrets[0].hash must be ${HASH_MUST}; it is a string.`,
    ],
    [
      'no hash',
      [secret(undefined)],
      `${at}.secrets[0].hash is undefined. If it comes from an environment variable, set that variable.`,
    ],
    [
      'a secret that is a text',
      [reports({ secrets: ['x' as never] })],
      `${at}.secrets[0] must be an object { hash, expiresAt?, label? }; it is a string.`,
    ],
    [
      'a label that is a number',
      [reports({ secrets: [{ hash: HASH, label: 7 as never }] })],
      `${at}.secrets[0].label must be a string; it is a whole number.`,
    ],
    [
      'a date that is none',
      [reports({ secrets: [{ hash: HASH, expiresAt: 'soon' }] })],
      `${at}.secrets[0].expiresAt must be a Date or an ISO 8601 date (with its zone if it has a time); it is a string.`,
    ],
    [
      'a date as a number',
      [reports({ tokensValidAfter: 1e12 as never })],
      `${at}.tokensValidAfter must be a Date or an ISO 8601 date (with its zone if it has a time); it is a whole number.`,
    ],
    [
      'an invalid Date',
      [reports({ tokensValidAfter: new Date(NaN) })],
      `${at}.tokensValidAfter must be a Date or an ISO 8601 date (with its zone if it has a time); it is an invalid date.`,
    ],
    [
      'scopes as a text',
      [reports({ scopes: 'a b' as never })],
      `${at}.scopes must be an array of scopes without spaces or quotes; it is a string.`,
    ],
    [
      'a scope with a space',
      [reports({ scopes: ['a b'] })],
      `${at}.scopes must be an array of scopes without spaces or quotes; it is an array.`,
    ],
    [
      'disabled as a text',
      [reports({ disabled: 'false' as never })],
      `${at}.disabled must be true or false (or 1 or 0); it is a string.`,
    ],
    [
      'claims as an array',
      [reports({ claims: [] as never })],
      `${at}.claims must be an object; it is an empty array.`,
    ],
    [
      'a lifetime of zero',
      [reports({ expiresInSeconds: 0 })],
      `${at}.expiresInSeconds must be a whole number from 1 to 31536000; it is 0.`,
    ],
    [
      'a lifetime as a text',
      [reports({ expiresInSeconds: '60' as never })],
      `${at}.expiresInSeconds must be a whole number from 1 to 31536000; it is "60".`,
    ],
    [
      'a misspelt field',
      [{ ...reports(), disable: true }],
      'clients[0] has no field "disable". The fields are: clientId, secrets, scopes, disabled, tokensValidAfter, expiresInSeconds, claims.',
    ],
    [
      'a misspelt field of a secret',
      [reports({ secrets: [{ hash: HASH, expires: '2020-01-01' } as never] })],
      'clients[0].secrets[0] has no field "expires". The fields are: hash, expiresAt, label.',
    ],
  ])('%s', (_title, clients, message) => {
    expect(() => bcryptVerifier(clients as never)).toThrow(new TypeError(message));
  });

  test.each<[string, unknown, string]>([
    ['threads', 0, 'a whole number from 1 to 64; it is 0.'],
    ['threads', 65, 'a whole number from 1 to 64; it is 65.'],
    ['threads', NaN, 'a whole number from 1 to 64; it is NaN.'],
    ['maxQueue', -1, 'a whole number from 1 to 10000; it is -1.'],
    ['maxQueue', '16', 'a whole number from 1 to 10000; it is "16".'],
    ['cacheSize', 0, 'a whole number from 1 to 1000000; it is 0.'],
    ['cacheSize', null, 'a whole number from 1 to 1000000; it is null.'],
    ['clock', 7, 'a function; it is 7.'],
  ])('%s: %p', (name, value, message) => {
    expect(() => bcryptVerifier([], { [name]: value })).toThrow(
      new TypeError(`bcryptVerifier: ${name} must be ${message}`),
    );
  });

  test('an option it does not know', () => {
    expect(() => bcryptVerifier([], { workers: 2 } as never)).toThrow(
      new TypeError(
        'bcryptVerifier: there is no option "workers". The options are: threads, maxQueue, cacheSize, refusalCost, clock.',
      ),
    );
  });

  test('never the text of a secret: it is in no message', () => {
    expect(() => bcryptVerifier([secret('hunter2-in-plain-text')])).toThrow(/^(?!.*hunter2)/);
  });
});
