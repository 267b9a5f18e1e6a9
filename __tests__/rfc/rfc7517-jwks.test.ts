/** RFC 7517: JSON Web Key; RFC 7638: JSON Web Key Thumbprint; RFC 8037: Ed25519 in JOSE. */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

import express from 'express';
import type { KeyInput } from 'express-client-jwt';
import fc from 'fast-check';
import { decode } from 'jsonwebtoken';
import request from 'supertest';

import { callGuarded, guardedApp, testAuth } from '../support/app';
import { KEY, mint } from '../support/mint';
import { issue, oauthApp } from '../support/oauth';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ec384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed = generateKeyPairSync('ed25519');
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const PATH = '/.well-known/jwks.json';

type Jwk = Readonly<Record<string, string>>;
const jwksOf = async (keys: KeyInput | readonly KeyInput[]) => {
  const res = await request(guardedApp(testAuth({ keys, jwks: true }))).get(PATH);
  return (res.body as { keys: Jwk[] }).keys;
};
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as Jwk;

describe('§5: the key set', () => {
  test('it has the public keys in the order of the ring, without the secrets among them', async () => {
    const keys = [
      { key: ec.privateKey, kid: 'new' },
      { key: KEY, kid: 'secret' },
      { key: rsa.privateKey, kid: 'old', alg: 'PS256' as const },
      { key: ed.publicKey, kid: 'foreign' },
    ];
    expect(await jwksOf(keys)).toEqual([
      { ...jwkOf(ec.publicKey), kid: 'new', alg: 'ES256', use: 'sig' },
      { ...jwkOf(rsa.publicKey), kid: 'old', alg: 'PS256', use: 'sig' },
      { ...jwkOf(ed.publicKey), kid: 'foreign', alg: 'EdDSA', use: 'sig' },
    ]);
  });

  test('caches may keep it for five minutes, and it has no ETag', async () => {
    const res = await request(guardedApp(testAuth({ keys: ec.privateKey, jwks: true }))).get(PATH);
    const { pragma, etag } = res.headers;
    expect([res.status, res.headers['cache-control'], pragma, etag]).toEqual([
      ...[200, 'public, max-age=300', undefined, undefined],
    ]);
  });

  test('it has no cookie of the app, because caches may keep it', async () => {
    const app = express();
    app.use((_req, res, next) => {
      res.cookie('session', 'x');
      next();
    });
    app.use(testAuth({ keys: ec.privateKey, jwks: true }));
    expect((await request(app).get(PATH)).headers['set-cookie']).toBeUndefined();
  });

  test('it follows replaceKeys at once', async () => {
    const auth = testAuth({ keys: { key: ec.privateKey, kid: 'a' }, jwks: true });
    const app = guardedApp(auth);
    auth.replaceKeys([
      { key: ec384.privateKey, kid: 'b' },
      { key: ec.privateKey, kid: 'a' },
    ]);
    const body: unknown = (await request(app).get(PATH)).body;
    expect((body as { keys: Jwk[] }).keys.map(({ kid }) => kid)).toEqual(['b', 'a']);
  });

  test('another method is refused, without an event', async () => {
    const onEvent = jest.fn();
    const app = guardedApp(testAuth({ keys: ec.privateKey, jwks: true, onEvent }));
    const res = await request(app).post(PATH);
    expect([res.status, res.headers.allow, res.headers['cache-control']]).toEqual([
      ...[405, 'GET, HEAD', 'no-store'],
    ]);
    expect(onEvent).not.toHaveBeenCalled();
  });

  test('its path can be chosen', async () => {
    const app = guardedApp(testAuth({ keys: ec.privateKey, jwks: { path: '/keys' } }));
    expect((await request(app).get('/keys')).status).toBe(200);
    expect((await request(app).get(PATH)).status).toBe(404);
  });
});

describe('what can never be published', () => {
  test.each<[string, KeyInput | KeyInput[]]>([
    ['one secret', KEY],
    ['secrets alone', [KEY, Buffer.from(KEY.toUpperCase())]],
  ])('%s: a TypeError at start', (_title, keys) => {
    expect(() => testAuth({ keys, jwks: true })).toThrow(
      'createJwtAuth: jwks has nothing to publish: a secret stays secret. Sign with an RSA or EC key. Create one with: npx express-client-jwt key generate --alg ES256',
    );
  });

  test('replaceKeys with secrets alone throws, and the old keys stay', async () => {
    const auth = testAuth({ keys: ec.privateKey, jwks: true });
    expect(() => {
      auth.replaceKeys(KEY);
    }).toThrow('jwks has nothing to publish');
    const body: unknown = (await request(guardedApp(auth)).get(PATH)).body;
    expect((body as { keys: Jwk[] }).keys).toHaveLength(1);
  });

  test('a key that is restricted to RSA-PSS, which has no JWK: a TypeError at start', () => {
    expect(() => testAuth({ keys: [ec.privateKey, pss.privateKey], jwks: true })).toThrow(
      "createJwtAuth: jwks cannot publish a key of type RSA-PSS. Use an RSA key with alg: 'PS256'.",
    );
  });

  const inputs = fc.uniqueArray(
    fc.constantFrom<KeyInput>(
      ...[KEY, Buffer.from(KEY), { key: KEY, kid: 'k1', alg: 'HS256' as const }],
      ...[rsa.privateKey, rsa.publicKey, { key: rsa.privateKey, kid: 'k2' }],
      ...[ec.privateKey, ec384.privateKey, ed.publicKey, ed.privateKey],
    ),
    { minLength: 1, maxLength: 6, comparator: 'SameValue' },
  );

  test('no private number and no secret is published, whichever keys there are', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (keys) => {
        let published: readonly Jwk[];
        try {
          published = await jwksOf([ec.privateKey, ...keys.filter((key) => key !== ec.privateKey)]);
        } catch (error) {
          // Two keys may have one thumbprint.
          expect((error as Error).message).toContain('two keys have the kid');
          return;
        }
        for (const jwk of published) {
          const known = ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y'];
          expect(Object.keys(jwk).filter((name) => !known.includes(name))).toEqual([]);
          expect(createPublicKey({ key: jwk, format: 'jwk' }).type).toBe('public');
        }
        expect(JSON.stringify(published)).not.toContain(KEY);
      }),
      { numRuns: 40 },
    );
  });
});

describe('§4.5: kid', () => {
  /** RFC 7638 §3: the required members in the order of their names, without white space. */
  const thumbprint = (members: string) => createHash('sha256').update(members).digest('base64url');

  test.each([
    [
      'RSA',
      rsa,
      () => {
        const { e, n } = jwkOf(rsa.publicKey);
        return `{"e":"${String(e)}","kty":"RSA","n":"${String(n)}"}`;
      },
    ],
    [
      'EC',
      ec,
      () => {
        const { x, y } = jwkOf(ec.publicKey);
        return `{"crv":"P-256","kty":"EC","x":"${String(x)}","y":"${String(y)}"}`;
      },
    ],
  ])(
    'an %s key without kid gets its thumbprint, also in its tokens',
    async (_kty, pair, members) => {
      const app = oauthApp({ keys: pair.privateKey, jwks: true });
      const token = await issue(app);
      const [jwk] = ((await request(app).get(PATH)).body as { keys: Jwk[] }).keys;
      const kid = thumbprint(members());
      expect([jwk?.kid, decode(token, { complete: true })?.header.kid]).toEqual([kid, kid]);
      expect((await callGuarded(app, token)).status).toBe(200);
    },
  );

  test('the thumbprint of the example in RFC 7638 §3.1', async () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const example = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
    const [, jwk] = await jwksOf([ec.privateKey, example]);
    expect(jwk?.kid).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  test('a token from before its key had a kid is still accepted', async () => {
    const app = oauthApp({ keys: ec.privateKey, jwks: true });
    const token = mint({ iss: 'https://api.example.com' }, { alg: 'ES256' }, ec.privateKey);
    expect((await callGuarded(app, token)).status).toBe(200);
  });

  test('without jwks, a key without kid stays without', async () => {
    const token = await issue(oauthApp({ keys: ec.privateKey }));
    expect(decode(token, { complete: true })?.header).toEqual({ alg: 'ES256', typ: 'JWT' });
  });
});
