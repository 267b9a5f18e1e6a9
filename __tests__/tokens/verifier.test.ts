import { inspect } from 'node:util';

import { createVerificationKeys } from '../../lib/keys/key-ring';
import { isPromise } from '../../lib/internal/maybe-promise';
import * as signature from '../../lib/tokens/signature';
import { createTokenVerifier, type VerifiedToken } from '../../lib/tokens/verifier';
import { KEY, mint, OTHER_KEY, type Json } from '../support/mint';

jest.mock('../../lib/tokens/signature', () => {
  const actual = jest.requireActual<typeof signature>('../../lib/tokens/signature');
  return { isSignedWith: jest.fn(actual.isSignedWith) };
});

const signatureChecks = jest.mocked(signature.isSignedWith);

beforeEach(() => {
  signatureChecks.mockClear();
});

function verifierWith(tokenCacheSize: number) {
  return createTokenVerifier(createVerificationKeys([KEY, OTHER_KEY], 'test'), {
    issuer: undefined,
    audience: undefined,
    tokenProfile: 'jwt' as const,
    tokenCacheSize,
  });
}

describe('the cache of verified tokens', () => {
  /** Verifies a token as often as it takes until it is cached. */
  function cache(verify: ReturnType<typeof verifierWith>, token: string) {
    let [last, result] = [verify(token), verify(token)];
    for (let uses = 2; result !== last && uses < 100; uses++)
      [last, result] = [result, verify(token)];
    expect(result).toBe(last);
    return result;
  }

  test('does no cryptography from the third use of a token on, and returns the same result', () => {
    const verify = verifierWith(10);
    const token = mint();
    const first = cache(verify, token);
    const calls = signatureChecks.mock.calls.length;
    expect(verify(Buffer.from(token).toString())).toBe(first);
    expect([calls, signatureChecks.mock.calls.length]).toEqual([2, 2]);
  });

  test('does not contain tokens that were used once, however many there are', () => {
    const verify = verifierWith(10);
    const token = mint();
    void cache(verify, token);
    for (let index = 0; index < 1000; index++) void verify(mint({ jti: String(index) }));
    signatureChecks.mockClear();
    void verify(token);
    expect(signatureChecks).not.toHaveBeenCalled();
  });

  test('contains all tokens that take turns, as many as it has room for', () => {
    const verify = verifierWith(100);
    const tokens = Array.from({ length: 100 }, (_, index) => mint({ jti: String(index) }));
    for (let round = 0; round < 60; round++) for (const token of tokens) void verify(token);
    signatureChecks.mockClear();
    for (const token of tokens) void verify(token);
    expect(signatureChecks).not.toHaveBeenCalled();
  });

  test('the cache is bounded: the least recently used token is verified again', () => {
    const verify = verifierWith(2);
    const [a, b, c] = ['a', 'b', 'c'].map((jti) => mint({ jti }));
    for (const token of [a, b, a, c]) void cache(verify, token ?? '');
    signatureChecks.mockClear();
    void verify(a ?? '');
    expect(signatureChecks).not.toHaveBeenCalled();
    void verify(b ?? '');
    expect(signatureChecks).toHaveBeenCalledTimes(1);
  });

  test('the cache is disabled with size 0', () => {
    const verify = verifierWith(0);
    const token = mint();
    const results = [verify(token), verify(token), verify(token)];
    expect(results.map((result) => typeof result)).toEqual(['object', 'object', 'object']);
    expect(signatureChecks).toHaveBeenCalledTimes(3);
  });

  test('does not contain rejected tokens', () => {
    const verify = verifierWith(10);
    const forged = `${mint().slice(0, -3)}AAA`.replace(/.$/, 'A');
    const results = [verify(forged), verify(forged), verify(forged)];
    expect(results).toEqual(Array(3).fill('ERR_TOKEN_SIGNATURE'));
    expect(signatureChecks).toHaveBeenCalledTimes(6);
  });

  test('uses the whole token as its key, including the signature', () => {
    const verify = verifierWith(10);
    const token = mint();
    void cache(verify, token);
    const [header, claims] = token.split('.');
    const otherSignature = mint({ jti: 'other' }).split('.')[2] ?? '';
    expect(verify(`${header ?? ''}.${claims ?? ''}.${otherSignature}`)).toBe('ERR_TOKEN_SIGNATURE');
  });

  test('never confuses two tokens with the same end', () => {
    const verify = verifierWith(10);
    const token = mint();
    const remembered = cache(verify, token);
    const [header, claims, signed] = token.split('.') as [string, string, string];
    const [, otherClaims] = mint({ sub: 'admin', client_id: 'admin' }).split('.') as [
      string,
      string,
    ];
    expect([
      verify(`${header}.${otherClaims}.${signed}`),
      verify(`${header}.${claims}.${signed.startsWith('A') ? 'B' : 'A'}${signed.slice(1)}`),
      verify(`${header}.${claims}.AAAA${signed}`),
      verify(signed.slice(-32)),
    ]).toEqual([
      'ERR_TOKEN_SIGNATURE',
      'ERR_TOKEN_SIGNATURE',
      'ERR_TOKEN_SIGNATURE',
      'ERR_TOKEN_MALFORMED',
    ]);
    expect(verify(token)).toBe(remembered);
  });
});

describe('the result for a valid token', () => {
  function facts(changes: Json, header: Json = {}): VerifiedToken {
    const verified = verifierWith(0)(mint(changes, header));
    if (typeof verified === 'string' || isPromise(verified)) throw new Error('refused');
    return verified;
  }

  test('the result has the client, the scopes and the claims of the token', () => {
    const { jwt, kid } = facts({ scope: 'reports:read  reports:write', plan: 'gold' });
    expect(jwt).toMatchObject({
      clientId: 'reports',
      scopes: ['reports:read', 'reports:write'],
      claims: { plan: 'gold' },
    });
    expect(kid).toBeUndefined();
  });

  test('the result has no scopes if the token has none, or an empty scope', () => {
    expect([facts({}).jwt.scopes, facts({ scope: '' }).jwt.scopes]).toEqual([[], []]);
  });

  test('the result has the token as a property, but does not show it when logged', () => {
    const { jwt } = facts({});
    expect(jwt.token.split('.')).toHaveLength(3);
    expect(Object.keys(jwt)).toEqual(['clientId', 'scopes', 'claims']);
    for (const shown of [
      JSON.stringify(jwt),
      inspect(jwt, { showHidden: true }),
      inspect({ ...jwt }),
    ])
      expect(shown).not.toContain(jwt.token);
  });

  test('the result is deeply frozen, so that one handler cannot change it for the next', () => {
    const { jwt } = facts({ limits: { rates: [1, null] }, nothing: null });
    const { rates } = (jwt.claims as unknown as { limits: { rates: unknown[] } }).limits;
    const parts = [
      jwt,
      Object.getPrototypeOf(jwt),
      jwt.scopes,
      jwt.claims,
      jwt.claims.limits,
      rates,
    ] as unknown[];
    for (const part of parts) expect(Object.isFrozen(part)).toBe(true);
    expect(() => rates.push(2)).toThrow(TypeError);
  });
});

describe('the claims of a token', () => {
  const refusalOf = (changes: Json) => verifierWith(0)(mint(changes));

  test.each([[''], [7], [null], [['reports']]])('rejects a token with the subject %p', (sub) => {
    expect(refusalOf({ sub, client_id: sub })).toBe('ERR_TOKEN_CLAIMS');
  });

  test('accepts a token with an issuer if none is required', () => {
    expect(typeof refusalOf({ iss: 'https://elsewhere.example.test' })).toBe('object');
  });

  test('accepts a token with a sub and without a client_id', () => {
    expect(typeof refusalOf({ client_id: undefined })).toBe('object');
  });
});

describe('keys that are loaded asynchronously', () => {
  const keys = createVerificationKeys([KEY], 'test');
  const settings = {
    issuer: undefined,
    audience: undefined,
    tokenProfile: 'jwt' as const,
    tokenCacheSize: 10,
  };

  test('verification waits for the keys once per token', async () => {
    const find = jest.fn((kid: string | undefined, alg: string) =>
      Promise.resolve(keys.find(kid, alg)),
    );
    const verify = createTokenVerifier({ isFixed: true, find }, settings);
    const token = mint();
    expect(await verify(token)).toMatchObject({ jwt: { clientId: 'reports' } });
    expect(verify(token)).toMatchObject({ jwt: { clientId: 'reports' } });
    expect(find.mock.calls).toEqual([[undefined, 'HS256']]);
  });

  test('rejects a token that none of the keys has signed', async () => {
    const verify = createTokenVerifier(
      { isFixed: true, find: () => Promise.resolve('ERR_TOKEN_KEY' as const) },
      settings,
    );
    expect(await verify(mint({}, { kid: 'x' }))).toBe('ERR_TOKEN_KEY');
  });

  test('verification rejects if the keys cannot be loaded, so that an outage is not a refusal', async () => {
    const verify = createTokenVerifier(
      { isFixed: true, find: () => Promise.reject(new Error('issuer down')) },
      settings,
    );
    await expect(verify(mint())).rejects.toThrow('issuer down');
  });
});
