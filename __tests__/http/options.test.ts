import { generateKeyPairSync } from 'node:crypto';

import express from 'express';
import { bcryptVerifier, createJwtAuth, requireJwt } from 'express-client-jwt';
import request from 'supertest';

import { reports } from '../support/clients';
import { KEY } from '../support/mint';
import { getToken, tokenOf } from '../support/app';

const verifier = bcryptVerifier([reports()]);
const good = { keys: KEY, verifier };
const publicKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;

const SECONDS = 'a whole number from 1 to 31536000';
const DAY = 'a whole number from 0 to 86400';
const SIZE = 'a whole number from 0 to 1000000';
const TIMEOUT = 'a whole number from 1 to 600000';
const UNSET = 'is undefined. If it comes from an environment variable, that variable is not set.';
const KEY_KINDS = 'a secret (a string or bytes), a KeyObject, or { key, alg, kid }';
const VERIFIER = 'a verifier: bcryptVerifier(clients), or an object with a verify function';
const PATH = 'a plain path such as "/auth/jwt": no pattern, no query, no slash at the end';
const REALM = 'ASCII text without quotes, backslashes or line breaks';
const TEXT = 'a text that is not empty';

const kinds: [unknown, string][] = [
  [null, 'null'],
  [NaN, 'NaN'],
  [Infinity, 'an infinite number'],
  [-1, 'a negative number'],
  [0.5, 'a fraction'],
  ['1', 'a string'],
  ['', 'an empty string'],
  [true, 'a boolean'],
  [[], 'an empty array'],
  [[1], 'an array'],
  [{}, 'an object'],
  [() => 1, 'a function'],
  [Symbol('x'), 'a symbol'],
];

/** Every kind but the named ones is refused with this message. */
function refused(name: string, must: string, ...but: string[]): [string, unknown, string][] {
  return kinds
    .filter(([, kind]) => !but.includes(kind))
    .map(([value, kind]) => [name, value, `${name} must be ${must}; it is ${kind}.`]);
}

/** The same for a number, which is no secret and is shown. */
function refusedNumber(name: string, must: string): [string, unknown, string][] {
  return refused(name, must).map(([, value, message]) => [
    name,
    value,
    typeof value === 'number' ? `${name} must be ${must}; it is ${String(value)}.` : message,
  ]);
}

const table: [string, unknown, string][] = [
  ['keys', undefined, `keys ${UNSET}`],
  ['keys', '', 'keys is empty. Make a good one with: openssl rand -base64 48.'],
  ['keys', [], 'keys must be one key or a list of 1 to 16; it is an empty array.'],
  ['keys', null, `keys must be ${KEY_KINDS}; it is null.`],
  ['keys', 7, `keys must be ${KEY_KINDS}; it is a whole number.`],
  ['keys', [KEY, undefined], `keys[1] ${UNSET}`],
  ['keys', { key: undefined }, `keys.key ${UNSET}`],
  [
    'keys',
    'short',
    'keys has 5 bytes and needs 32 or more (RFC 7518 §3.2); make a good one with: openssl rand -base64 48.',
  ],
  [
    'keys',
    publicKey,
    'The first of the keys signs the tokens, and a public key cannot: put a private key or a secret first.',
  ],

  ['verifier', undefined, `verifier must be ${VERIFIER}; it is undefined.`],
  ...refused('verifier', VERIFIER),
  [
    'verifier',
    { ...verifier, find: 7 },
    'verifier.find must be a function where it is given; it is a whole number.',
  ],
  [
    'verifier',
    { ...verifier, close: 'x' },
    'verifier.close must be a function where it is given; it is a string.',
  ],

  ...refused('path', PATH),
  ['path', 'auth/jwt', `path must be ${PATH}; it is a string.`],
  ['path', '/auth/jwt/', `path must be ${PATH}; it is a string.`],
  ['path', '/auth/:id', `path must be ${PATH}; it is a string.`],
  ['path', '/auth?x', `path must be ${PATH}; it is a string.`],
  ['path', '/', `path must be ${PATH}; it is a string.`],

  ...refusedNumber('expiresInSeconds', SECONDS),
  ['expiresInSeconds', 0, `expiresInSeconds must be ${SECONDS}; it is 0.`],
  ['expiresInSeconds', 31_536_001, `expiresInSeconds must be ${SECONDS}; it is 31536001.`],
  ...refusedNumber('clientCacheSeconds', DAY),
  ['clientCacheSeconds', 86_401, `clientCacheSeconds must be ${DAY}; it is 86401.`],
  ...refusedNumber('maxStaleSeconds', DAY),
  ...refusedNumber('tokenCacheSize', SIZE),
  ...refusedNumber('verifierTimeoutMs', TIMEOUT),
  ['verifierTimeoutMs', 0, `verifierTimeoutMs must be ${TIMEOUT}; it is 0.`],

  ...refused('issuer', TEXT, 'a string'),
  ...refused('audience', TEXT, 'a string', 'an array', 'an empty array'),
  ['audience', [], 'audience must be a text or a list of one or more; it is an empty array.'],
  ['audience', ['a', ''], `audience[1] must be ${TEXT}; it is an empty string.`],
  ...refused('realm', REALM, 'a string'),
  ['realm', 'a"b', `realm must be ${REALM}; it is a string.`],
  ['realm', 'a\r\nb', `realm must be ${REALM}; it is a string.`],

  ...refused('exposeToken', 'true or false', 'a boolean'),
  ...refused('tokenInBody', 'true or false', 'a boolean'),
  ...refused('errors', '"json" or "next"'),
  ...refused(
    'revocations',
    'a store with isRevoked(jti) and revoke(jti, expiresAt), such as memoryRevocations()',
  ),
  ...refused('onRevocationOutage', '"refuse" or "accept"'),
  ...refused('onEvent', 'a function', 'a function'),
  ...refused('clock', 'a function', 'a function'),
  [
    'expires',
    1,
    'createJwtAuth: there is no option "expires". The options are: keys, verifier, path, expiresInSeconds, issuer, audience, realm, exposeToken, tokenInBody, errors, clientCacheSeconds, maxStaleSeconds, tokenCacheSize, verifierTimeoutMs, revocations, onRevocationOutage, throttle, onEvent, clock.',
  ],
];

describe('createJwtAuth throws a TypeError that names the option, what it must be, and its kind', () => {
  test.each(table)('%s: %p', (name, value, message) => {
    expect(() => createJwtAuth({ ...good, [name]: value })).toThrow(new TypeError(message));
  });

  test.each(kinds.filter(([, kind]) => kind !== 'an object'))('options: %p', (value, kind) => {
    expect(() => createJwtAuth(value as never)).toThrow(
      new TypeError(`createJwtAuth must be given an object of options; it is ${kind}.`),
    );
  });

  test('no options at all', () => {
    expect(() => createJwtAuth(undefined as never)).toThrow(TypeError);
  });
});

describe('what is accepted', () => {
  test('undefined means the default, for every option but keys and verifier', () => {
    const names = [
      'path',
      'expiresInSeconds',
      'issuer',
      'audience',
      'realm',
      'exposeToken',
      'tokenInBody',
      'errors',
      'clientCacheSeconds',
      'maxStaleSeconds',
      'tokenCacheSize',
      'verifierTimeoutMs',
      'revocations',
      'onRevocationOutage',
      'throttle',
      'onEvent',
      'clock',
    ];
    expect(() =>
      createJwtAuth({ ...good, ...Object.fromEntries(names.map((name) => [name, undefined])) }),
    ).not.toThrow();
  });

  test('the caller may change its options object afterwards: nothing follows', async () => {
    const audience = ['a'];
    const options = { ...good, audience, path: '/token' };
    const app = express().use(createJwtAuth(options));
    audience.push('b');
    options.path = '/other';
    expect((await request(app).get('/token')).status).toBe(400);
    expect((await request(app).get('/other')).status).toBe(404);
    expect(options).toEqual({ ...good, audience, path: '/other' });
  });

  test('what somebody put on Object.prototype is no option', async () => {
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

describe('the factory itself, mounted', () => {
  test('createJwtAuth says so when Express calls it', async () => {
    let message = '';
    const app = express();
    app.use(createJwtAuth as never);
    app.use(((error: Error, _req: unknown, res: express.Response, _next: unknown) => {
      message = error.message;
      res.status(500).end();
    }) as express.ErrorRequestHandler);
    await request(app).get('/');
    expect(message).toBe(
      'createJwtAuth was mounted itself, and Express has called it with a request. Call it first: app.use(createJwtAuth({ … })).',
    );
  });

  test('requireJwt fails closed and says so', async () => {
    let message = '';
    const app = express();
    app.get('/', requireJwt as never, () => {
      throw new Error('reached');
    });
    app.use(((error: Error, _req: unknown, res: express.Response, _next: unknown) => {
      message = error.message;
      res.status(500).end();
    }) as express.ErrorRequestHandler);
    await request(app).get('/');
    expect(message).toBe(
      "requireJwt was mounted itself, and Express has called it with a request. Call it first: app.get('/path', requireJwt(), handler).",
    );
  });
});

describe('requireJwt throws a TypeError for bad options', () => {
  const SCOPE = 'scopes separated by single spaces, or a list of them';
  test.each([
    ...refused('requireJwt: scope', SCOPE, 'a string').map(
      ([, value, message]) => [{ scope: value }, message] as const,
    ),
    [{ scope: 'a  b' }, `requireJwt: scope must be ${SCOPE}; it is a string.`],
    [{ scope: ' a' }, `requireJwt: scope must be ${SCOPE}; it is a string.`],
    [{ scope: ['a b'] }, `requireJwt: scope must be ${SCOPE}; it is an array.`],
    [{ scope: ['a"'] }, `requireJwt: scope must be ${SCOPE}; it is an array.`],
    ...refused('requireJwt: optional', 'true or false', 'a boolean').map(
      ([, value, message]) => [{ optional: value }, message] as const,
    ),
    [{ scopes: 'a' }, 'requireJwt: there is no option "scopes". The options are: scope, optional.'],
    [null, 'requireJwt must be given an object of options; it is null.'],
  ] as const)('%p', (options, message) => {
    expect(() => requireJwt(options as never)).toThrow(new TypeError(message));
  });
});
