import { bcryptVerifier } from 'express-client-jwt';

import { HASH, reports } from '../../support/clients';

describe('bcryptVerifier throws at start', () => {
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
      'a record that is a string',
      ['reports'],
      'clients[0] must be a client: an object with a clientId; it is a string.',
    ],
    [
      'an id with a space',
      [reports({ clientId: 'a b' })],
      'clients[0].clientId must be 1 to 256 visible ASCII characters; it has a space.',
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
      'a truncated hash',
      [secret(HASH.slice(0, -1))],
      `${at}.secrets[0].hash must be ${HASH_MUST}; it is a string.`,
    ],
    [
      'a hash whose salt has unused bits set',
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
      'a secret that is a string',
      [reports({ secrets: ['x' as never] })],
      `${at}.secrets[0] must be an object { hash, expiresAt?, label? }; it is a string.`,
    ],
    [
      'a label that is a number',
      [reports({ secrets: [{ hash: HASH, label: 7 as never }] })],
      `${at}.secrets[0].label must be a string; it is a whole number.`,
    ],
    [
      'a string that is not a date',
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
      'scopes as a string',
      [reports({ scopes: 'a b' as never })],
      `${at}.scopes must be an array of scopes; it is a string.`,
    ],
    [
      'a scope with a space',
      [reports({ scopes: ['a b'] })],
      `${at}.scopes[0] must be a scope without spaces or quotes.`,
    ],
    [
      'disabled as a string',
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
      'a lifetime as a string',
      [reports({ expiresInSeconds: '60' as never })],
      `${at}.expiresInSeconds must be a whole number; it is a string.`,
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
  ])('throws for %s', (_title, clients, message) => {
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
  ])('throws for the option %s: %p', (name, value, message) => {
    expect(() => bcryptVerifier([], { [name]: value })).toThrow(
      new TypeError(`bcryptVerifier: ${name} must be ${message}`),
    );
  });

  test('throws for an unknown option', () => {
    expect(() => bcryptVerifier([], { workers: 2 } as never)).toThrow(
      new TypeError(
        'bcryptVerifier: there is no option "workers". The options are: threads, maxQueue, cacheSize, refusalCost, clock.',
      ),
    );
  });

  test('shows the text of a secret in no message', () => {
    expect(() => bcryptVerifier([secret('hunter2-in-plain-text')])).toThrow(/^(?!.*hunter2)/);
  });
});
