/** RFC 8725: JSON Web Token Best Current Practices. */
import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';

import { callGuarded, expectChallenge, invalidToken, testApp } from '../support/app';
import { base64url, claimsOf, KEY, mint, mintRaw, OTHER_KEY } from '../support/mint';

const ALGORITHM = invalidToken('ERR_TOKEN_ALGORITHM');
const SIGNATURE = invalidToken('ERR_TOKEN_SIGNATURE');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('§2.1 and §3.2: "alg": "none", in any spelling, with and without a signature', () => {
  test.each(['none', 'None', 'NONE', 'nOnE', 'none ', '', 'null'])(
    'rejects alg %j',
    async (alg) => {
      const [header, claims] = [
        base64url(JSON.stringify({ alg, typ: 'JWT' })),
        base64url(JSON.stringify(claimsOf())),
      ];
      const port = testApp();
      expectChallenge(
        await callGuarded(port, `${header}.${claims}.`),
        401,
        invalidToken('ERR_TOKEN_MALFORMED'),
      );
      expectChallenge(await callGuarded(port, `${header}.${claims}.AAAA`), 401, ALGORITHM);
      expectChallenge(await callGuarded(port, mint({}, { alg })), 401, ALGORITHM);
    },
  );

  test('rejects a token without alg', async () => {
    expectChallenge(await callGuarded(testApp(), mint({}, { alg: undefined })), 401, ALGORITHM);
  });
});

describe('§2.1: an RSA or EC public key used as an HMAC secret', () => {
  const forms = {
    pem: { type: 'spki', format: 'pem' },
    der: { type: 'spki', format: 'der' },
  } as const;

  test.each([
    ['rsa', 'pem'],
    ['rsa', 'der'],
    ['ec', 'pem'],
    ['ec', 'der'],
  ] as const)('rejects an HMAC with a public %s key in %s as its secret', async (kind, form) => {
    const { privateKey, publicKey } = kind === 'rsa' ? rsa : ec;
    const secret = publicKey.export(forms[form] as { type: 'spki'; format: 'der' });
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      expectChallenge(
        await callGuarded(testApp({ keys: privateKey }), mint({}, { alg }, secret)),
        401,
        ALGORITHM,
      );
    }
  });
});

describe('§3.1: "each key MUST be used with exactly one algorithm"', () => {
  test.each(['HS384', 'HS512'])('rejects %s with a key for HS256', async (alg) => {
    expectChallenge(await callGuarded(testApp(), mint({}, { alg })), 401, ALGORITHM);
  });

  test.each(['RS384', 'RS512', 'PS256', 'PS384'])(
    'rejects %s with a key for RS256',
    async (alg) => {
      expectChallenge(
        await callGuarded(testApp({ keys: rsa.privateKey }), mint({}, { alg }, rsa.privateKey)),
        401,
        ALGORITHM,
      );
    },
  );

  test('rejects an algorithm of another key in the array', async () => {
    const keys = [
      { key: KEY, kid: 'h' },
      { key: rsa.privateKey, kid: 'r' },
    ];
    expectChallenge(
      await callGuarded(testApp({ keys }), mint({}, { alg: 'RS256', kid: 'h' }, rsa.privateKey)),
      401,
      ALGORITHM,
    );
    expectChallenge(
      await callGuarded(testApp({ keys }), mint({}, { alg: 'HS256', kid: 'r' })),
      401,
      ALGORITHM,
    );
  });
});

describe('§3.10: "Do not trust received claims": a key never comes from the token, and nothing is fetched', () => {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = createPublicKey(own.privateKey).export({ format: 'jwk' });
  const symmetric = { kty: 'oct', k: base64url(OTHER_KEY) };

  test.each<[string, Record<string, unknown>]>([
    ['jwk', { jwk }],
    ['jku', { jku: 'http://127.0.0.1:9/jwks.json' }],
    ['x5u', { x5u: 'http://127.0.0.1:9/cert.pem' }],
    ['x5c', { x5c: ['MIIB'] }],
  ])('rejects a key in the header %s', async (_name, header) => {
    const fetched = jest.spyOn(globalThis, 'fetch');
    const token = mint({}, { alg: 'RS256', ...header }, own.privateKey);
    expectChallenge(await callGuarded(testApp({ keys: rsa.privateKey }), token), 401, SIGNATURE);
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  test('rejects a symmetric key in the header jwk', async () => {
    expectChallenge(
      await callGuarded(testApp(), mint({}, { jwk: symmetric }, OTHER_KEY)),
      401,
      SIGNATURE,
    );
  });

  test('ignores key headers beside a valid signature', async () => {
    expect(
      (await callGuarded(testApp(), mint({}, { jwk: symmetric, jku: 'http://127.0.0.1:9/' })))
        .status,
    ).toBe(200);
  });

  test.each([
    '../../../../dev/null',
    '/dev/null',
    "x' UNION SELECT 'k'--",
    'a\0b',
    '__proto__',
    'constructor',
    'K1',
    ' k1',
    '',
    0,
    null,
    ['k1'],
    {},
  ])('matches kid exactly: %j', async (kid) => {
    const keys = [{ key: KEY, kid: 'k1' }];
    const empty = mintRaw(
      JSON.stringify({ alg: 'HS256', typ: 'JWT', kid }),
      JSON.stringify(claimsOf()),
      '',
    );
    const unknown = invalidToken('ERR_TOKEN_KEY');
    expectChallenge(await callGuarded(testApp({ keys }), mint({}, { kid })), 401, unknown);
    expectChallenge(await callGuarded(testApp({ keys }), empty), 401, unknown);
  });
});

describe('§3.11: explicit typing: a token of another type is rejected', () => {
  test.each(['at+jwt', 'jwt', 'application/jwt', 'secevent+jwt', 'dpop+jwt', 'JWE', '', 7, null])(
    'rejects typ: %j',
    async (typ) => {
      expectChallenge(
        await callGuarded(testApp(), mint({}, { typ })),
        401,
        invalidToken('ERR_TOKEN_TYPE'),
      );
    },
  );
});

describe('every byte of a signature counts', () => {
  test('rejects the signature of another token', async () => {
    const [header, claims] = mint({ sub: 'admin', client_id: 'admin' }).split('.');
    expectChallenge(
      await callGuarded(testApp(), `${header ?? ''}.${claims ?? ''}.${mint().split('.')[2] ?? ''}`),
      401,
      SIGNATURE,
    );
  });

  test('rejects a signature with an empty key, and a digest without a key', async () => {
    const input = mint().split('.').slice(0, 2).join('.');
    const empty = createHmac('sha256', '').update(input).digest('base64url');
    expectChallenge(await callGuarded(testApp(), `${input}.${empty}`), 401, SIGNATURE);
  });

  test.each([0, 1, 31, 33, 63, 65])('rejects an ES256 signature of %d bytes', async (length) => {
    const input = mint({}, { alg: 'ES256' }, ec.privateKey).split('.').slice(0, 2).join('.');
    const res = await callGuarded(
      testApp({ keys: ec.privateKey }),
      `${input}.${Buffer.alloc(length, 1).toString('base64url')}`,
    );
    expect(res.status).toBe(401);
  });

  test('rejects an ES256 signature of zeros (CVE-2022-21449)', async () => {
    const input = mint({}, { alg: 'ES256' }, ec.privateKey).split('.').slice(0, 2).join('.');
    expectChallenge(
      await callGuarded(
        testApp({ keys: ec.privateKey }),
        `${input}.${Buffer.alloc(64).toString('base64url')}`,
      ),
      401,
      SIGNATURE,
    );
  });
});
