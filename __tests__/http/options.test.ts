import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import express from 'express';
import { bcryptVerifier, createJwtAuth, requireJwt } from 'express-client-jwt';
import request from 'supertest';

import { BCRYPT_VERIFIER_OPTIONS } from '../../lib/clients/bcrypt/bcrypt-verifier';
import { GUARD_OPTIONS } from '../../lib/http/guard-options';
import { AUTH_OPTIONS } from '../../lib/http/options';
import { REQUIRE_JWT_OPTIONS } from '../../lib/http/require-jwt';
import { reports } from '../support/clients';
import { KEY } from '../support/mint';
import { getToken, tokenOf } from '../support/app';

const verifier = bcryptVerifier([reports()]);
const good = { keys: KEY, verifier };
const publicKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;

const UNSET = 'is undefined. If it comes from an environment variable, set that variable.';
const KEY_KINDS = 'a secret (a string or bytes), a KeyObject, or { key, alg, kid }';

type Row = [name: string, value: unknown, message: string];
type Table = Readonly<Record<string, { readonly must: string }>>;

/** A value of each kind, and its text in a message. */
const kinds: [unknown, string][] = [
  [null, 'null'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-1, '-1'],
  [0.5, '0.5'],
  ['1', '"1"'],
  ['', 'an empty string'],
  [true, 'true'],
  [[], 'an empty array'],
  [[1], 'an array'],
  [{}, 'an object'],
  [() => 1, 'a function'],
  [Symbol('x'), 'a symbol'],
];

/** Tells whether an option accepts a value, according to its row. */
function isTaken(must: string, shown: string): boolean {
  if (must === 'true or false') return shown === 'true';
  if (must === 'a function') return shown === 'a function';
  return /text/i.test(must) && shown === '"1"';
}

/** Every kind of value that an option rejects, with the error message. */
function refusals(owner: string, table: Table, but: readonly string[]): Row[] {
  return Object.entries(table)
    .filter(([name]) => !but.includes(name))
    .flatMap(([name, { must }]) =>
      kinds
        .filter(([, shown]) => !isTaken(must, shown))
        .map(([value, shown]): Row => {
          return [name, value, `${owner}: ${name} must be ${must}; it is ${shown}.`];
        }),
    );
}

const mustBe = (name: keyof typeof AUTH_OPTIONS, value: unknown, shown = String(value)): Row => {
  const { must } = AUTH_OPTIONS[name];
  return [name, value, `createJwtAuth: ${name} must be ${must}; it is ${shown}.`];
};

/** Options that may contain a secret, of which a message shows only the kind; and options with fields. */
const SPECIAL = [
  ...['keys', 'verifier', 'revocations', 'audience', 'throttle', 'path'],
  ...['oauth', 'jwks', 'resource'],
];

const table: Row[] = [
  ['keys', undefined, `createJwtAuth: keys ${UNSET}`],
  ['keys', '', 'createJwtAuth: keys is empty. Create one with: openssl rand -base64 48'],
  ['keys', [], 'createJwtAuth: keys must be one key or a list of 1 to 16; it is an empty array.'],
  ['keys', null, `createJwtAuth: keys must be ${KEY_KINDS}; it is null.`],
  ['keys', 7, `createJwtAuth: keys must be ${KEY_KINDS}; it is a whole number.`],
  ['keys', [KEY, undefined], `createJwtAuth: keys[1] ${UNSET}`],
  ['keys', { key: undefined }, `createJwtAuth: keys.key ${UNSET}`],
  [
    'keys',
    'short',
    'createJwtAuth: keys has 5 bytes but needs 32 or more (RFC 7518 §3.2). Create one with: openssl rand -base64 48',
  ],
  [
    'keys',
    publicKey,
    'createJwtAuth: the first of the keys cannot sign. Put a private key (RSA or EC) or a secret first; to verify tokens without issuing any, use createJwtGuard().',
  ],
  mustBe('verifier', undefined),
  mustBe('verifier', 'a-secret', 'a string'),
  mustBe('verifier', {}, 'an object'),
  [
    'verifier',
    { ...verifier, find: 7 },
    'createJwtAuth: verifier.find must be a function, if you give it; it is a whole number.',
  ],
  [
    'verifier',
    { ...verifier, close: 'x' },
    'createJwtAuth: verifier.close must be a function, if you give it; it is a string.',
  ],
  ...['auth/jwt', '/auth/jwt/', '/auth/:id', '/auth?x', '/'].map((value) =>
    mustBe('path', value, `"${value}"`),
  ),
  mustBe('path', 7),
  ...refusals('createJwtAuth', AUTH_OPTIONS, SPECIAL),
  mustBe('expiresInSeconds', 0),
  mustBe('expiresInSeconds', 31_536_001),
  mustBe('clientCacheSeconds', 86_401),
  mustBe('verifierTimeoutMs', 0),
  mustBe('storeTimeoutMs', 0),
  mustBe('realm', 'a"b', '"a\\"b"'),
  mustBe('realm', 'a\r\nb', '"a\\r\\nb"'),
  mustBe('audience', [], 'an empty array'),
  [
    'audience',
    ['a', ''],
    'createJwtAuth: audience[1] must be a text that is not empty; it is an empty string.',
  ],
  ['audience', 7, 'createJwtAuth: audience must be a text that is not empty; it is 7.'],
  [
    'audience',
    [undefined],
    'createJwtAuth: audience[0] must be a text that is not empty; it is undefined.',
  ],
  mustBe('revocations', 'a-secret', 'a string'),
  mustBe('revocations', { isRevoked: () => false }, 'an object'),
  [
    'expires',
    1,
    `createJwtAuth: there is no option "expires". The options are: ${Object.keys(AUTH_OPTIONS).join(', ')}.`,
  ],
];

describe('createJwtAuth throws a TypeError that names the option, its bounds and its value', () => {
  test.each(table)('throws for the option %s: %p', (name, value, message) => {
    expect(() => createJwtAuth({ ...good, [name]: value })).toThrow(new TypeError(message));
  });

  test.each([null, 7, 'a-secret', [], true])('throws if the options are %p', (value) => {
    expect(() => createJwtAuth(value as never)).toThrow(
      /^createJwtAuth: the options must be an object; they are (null|an? [a-z ]+)\.$/,
    );
  });

  test('throws if there are no options', () => {
    expect(() => createJwtAuth(undefined as never)).toThrow(TypeError);
  });
});

describe('options that are accepted', () => {
  test('undefined selects the default of every option except keys and verifier', () => {
    const names = Object.keys(AUTH_OPTIONS).filter((name) => !(name in good));
    expect(() =>
      createJwtAuth({ ...good, ...Object.fromEntries(names.map((name) => [name, undefined])) }),
    ).not.toThrow();
  });

  test('later changes of the options object have no effect', async () => {
    const audience = ['a'];
    const options = { ...good, audience, path: '/token' };
    const app = express().use(createJwtAuth(options));
    audience.push('b');
    options.path = '/other';
    expect((await request(app).get('/token')).status).toBe(400);
    expect((await request(app).get('/other')).status).toBe(404);
    expect(options).toEqual({ ...good, audience, path: '/other' });
  });

  test('properties of Object.prototype are not options', async () => {
    const pollution = {
      optional: true,
      scope: 'x',
      alg: 'none',
      exp: 1,
      algorithms: ['none'],
      secret: 'x',
      tokenInBody: true,
      header: { alg: 'none' },
    };
    for (const [name, value] of Object.entries(pollution))
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    try {
      const app = express().use(createJwtAuth(good));
      app.get('/guarded', requireJwt(), (_req, res) => {
        res.end();
      });
      expect((await request(app).get('/auth/jwt')).status).toBe(400);
      expect((await request(app).get('/guarded')).status).toBe(401);
      const issued = await getToken(app);
      expect([issued.status, issued.body]).toEqual([
        200,
        { token_type: 'Bearer', expires_in: 3600 },
      ]);
      expect(
        JSON.parse(Buffer.from(tokenOf(issued).split('.')[0] ?? '', 'base64url').toString()),
      ).toEqual({
        alg: 'HS256',
        typ: 'JWT',
      });
    } finally {
      for (const name of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, name);
    }
  });
});

describe('requireJwt throws a TypeError for bad options', () => {
  const scope = (value: unknown, shown: string): Row => {
    const { must } = REQUIRE_JWT_OPTIONS.scope;
    return ['scope', value, `requireJwt: scope must be ${must}; it is ${shown}.`];
  };
  test.each<Row>([
    ...refusals('requireJwt', REQUIRE_JWT_OPTIONS, ['scope']),
    scope(7, '7'),
    scope('', 'an empty string'),
    scope('a  b', '"a  b"'),
    scope(' a', '" a"'),
    scope(['a b'], 'an array'),
    scope(['a"'], 'an array'),
    scope([], 'an empty array'),
    ['scopes', 'a', 'requireJwt: there is no option "scopes". The options are: scope, optional.'],
  ])('throws for the option %s: %p', (name, value, message) => {
    expect(() => requireJwt({ [name]: value })).toThrow(new TypeError(message));
  });

  test('throws if the options are not an object', () => {
    expect(() => requireJwt(null as never)).toThrow(
      new TypeError('requireJwt: the options must be an object; they are null.'),
    );
  });
});

test('the options page has every option with its default', () => {
  const page = readFileSync(path.join(__dirname, '../../docs/reference/options.md'), 'utf8');
  const rows = Object.entries({
    ...AUTH_OPTIONS,
    ...GUARD_OPTIONS,
    ...REQUIRE_JWT_OPTIONS,
    ...BCRYPT_VERIFIER_OPTIONS,
  }).map(([name, { fallback }]) => `| \`${name}\` | ${fallback} |`);
  expect(rows.filter((row) => !page.includes(row))).toEqual([]);
});
