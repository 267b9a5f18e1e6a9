/** RFC 7515: JSON Web Signature, RFC 7519: JSON Web Token, RFC 7797: unencoded payload. */
import { callGuarded, expectChallenge, invalidToken, testApp } from '../support/app';
import { base64url, claimsOf, KEY, mint, mintRaw, seconds, signature } from '../support/mint';

const MALFORMED = invalidToken('ERR_TOKEN_MALFORMED');
const CLAIMS = invalidToken('ERR_TOKEN_CLAIMS');
const CRITICAL = invalidToken('ERR_TOKEN_CRITICAL');
const HEADER = '{"alg":"HS256","typ":"JWT"}';
const good = JSON.stringify(claimsOf());

/** A token of these segments, signed without re-encoding. */
function signed(header: string, claims: string): string {
  return `${header}.${claims}.${signature(`${header}.${claims}`, 'HS256', KEY)}`;
}

describe('RFC 7515 §2: base64url "with all trailing = characters omitted and without the inclusion of any line breaks, whitespace, or other additional characters"', () => {
  test.each([
    ['padding in the header', signed(`${base64url('{"alg":"HS256" }')}==`, base64url(good))],
    ['plain base64 in the claims', signed(base64url(HEADER), `${base64url(good).slice(0, -2)}+/`)],
    ['padding after the signature', `${mint()}=`],
  ])('rejects %s', async (_title, token) => {
    const res = await callGuarded(testApp(), token);
    expect([400, 401]).toContain(res.status);
  });

  test('rejects unused bits that are not zero, so that each token has one spelling', async () => {
    const token = mint();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(token.at(-1) ?? '');
    const spellings = [1, 2, 3].map(
      (bits) => token.slice(0, -1) + (alphabet[(last & ~3) | bits] ?? ''),
    );
    expect(
      spellings.map((each) =>
        Buffer.from(each, 'base64url').equals(Buffer.from(token, 'base64url')),
      ),
    ).not.toContain(false);
    for (const spelling of spellings)
      expectChallenge(await callGuarded(testApp(), spelling), 401, MALFORMED);
  });
});

describe('RFC 7515 §4.1.11: "If any of the listed extension Header Parameters are not understood and supported by the recipient, then the JWS is invalid"', () => {
  test.each([['exp'], ['b64'], [], 'exp', null])('rejects crit: %j', async (crit) => {
    expectChallenge(await callGuarded(testApp(), mint({}, { crit })), 401, CRITICAL);
  });
});

describe('RFC 7797 §7: "JWTs MUST NOT use b64 with a false value"', () => {
  test.each([true, false])('rejects b64: %j', async (b64) => {
    expectChallenge(await callGuarded(testApp(), mint({}, { b64 })), 401, CRITICAL);
  });
});

describe('RFC 7515 §4: if a name is duplicated, the last one counts, in the header and in the claims', () => {
  test('the second of two alg headers counts', async () => {
    const token = mintRaw('{"alg":"HS256","typ":"JWT","alg":"none"}', good);
    expectChallenge(await callGuarded(testApp(), token), 401, invalidToken('ERR_TOKEN_ALGORITHM'));
  });

  test('the second of two exp claims counts', async () => {
    const token = mintRaw(HEADER, `${good.slice(0, -1)},"exp":1}`);
    expectChallenge(await callGuarded(testApp(), token), 401, invalidToken('ERR_TOKEN_EXPIRED'));
  });
});

describe('RFC 7515 §5.2 and §7.1: a token has three parts, and the header is a JSON object', () => {
  const token = mint();
  test.each([
    ['two parts', token.split('.').slice(0, 2).join('.')],
    ['four parts', `${token}.${base64url('x')}`],
    ['five parts, as JWE has', `${token}.a.b`],
    ['an empty part', token.replace(/\.[^.]*\./, '..')],
    ['a header that is an array', mintRaw('[]', good)],
    ['a header that is not JSON', mintRaw('alg=HS256', good)],
    [
      'a header that is not UTF-8',
      mintRaw(Buffer.from('{"alg":"HS256","x":"\xff"}', 'latin1'), good),
    ],
    ['a token that is too long', mint({ big: 'x'.repeat(8192) })],
    ['a truncated token', token.slice(0, -2)],
  ])('rejects %s', async (_title, bad) => {
    expectChallenge(await callGuarded(testApp(), bad), 401, MALFORMED);
  });

  test.each(['hs256', 'HS256 ', 'Hs256', 'sha256', '', 256, null, ['HS256'], { HS256: true }])(
    'rejects alg %j, because alg is a case-sensitive string',
    async (alg) => {
      expectChallenge(
        await callGuarded(testApp(), mint({}, { alg })),
        401,
        invalidToken('ERR_TOKEN_ALGORITHM'),
      );
    },
  );
});

describe('RFC 7519 §7.2: "Verify that the resulting octet sequence is a UTF-8-encoded representation of a completely valid JSON object"', () => {
  test.each(['null', 'true', '7', '"text"', '[]', '', `[${good}]`, `${good}x`])(
    'rejects the claims %j',
    async (claims) => {
      const token = mintRaw(HEADER, claims);
      expectChallenge(await callGuarded(testApp(), token), 401, MALFORMED);
    },
  );
});

describe('RFC 7519 §4.1.4: exp, "on or after which the JWT MUST NOT be accepted", a NumericDate', () => {
  test.each(['"9999999999"', '1e400', '-1', 'null', '[9999999999]', '{}', 'true', '1e15'])(
    'rejects exp: %s, which is not a valid NumericDate',
    async (exp) => {
      const token = mintRaw(HEADER, good.replace(/"exp":\d+/, `"exp":${exp}`));
      expectChallenge(await callGuarded(testApp(), token), 401, CLAIMS);
    },
  );

  test('exp: 0 is a valid date, and long expired', async () => {
    expectChallenge(
      await callGuarded(testApp(), mint({ exp: 0 })),
      401,
      invalidToken('ERR_TOKEN_EXPIRED'),
    );
  });

  test('rejects a token without exp', async () => {
    expectChallenge(await callGuarded(testApp(), mint({ exp: undefined })), 401, CLAIMS);
  });
});

describe('RFC 7519 §4.1.5: nbf, "before which the JWT MUST NOT be accepted"', () => {
  test('rejects a token with an nbf in the future', async () => {
    expectChallenge(
      await callGuarded(testApp(), mint({ nbf: seconds() + 60 })),
      401,
      invalidToken('ERR_TOKEN_NOT_YET_VALID'),
    );
  });

  test('rejects a token with an nbf of a wrong type', async () => {
    for (const nbf of ['0', null, false, -1])
      expectChallenge(await callGuarded(testApp(), mint({ nbf })), 401, CLAIMS);
  });
});

describe('RFC 7519 §4.1.3: aud, case-sensitive, "If the principal processing the claim does not identify itself with a value in the aud claim when this claim is present, then the JWT MUST be rejected"', () => {
  test.each([
    ['here', 200],
    [['x', 'here'], 200],
    ['Here', 401],
    [['x'], 401],
    [[], 401],
    ['here x', 401],
    [['here', 7], 401],
    [{ here: true }, 401],
  ])('aud: %j gets a %d response', async (aud, status) => {
    expect((await callGuarded(testApp({ audience: 'here' }), mint({ aud }))).status).toBe(status);
  });

  test.each([
    ['here', 401],
    [[], 401],
    ['', 401],
    [undefined, 200],
  ])('if the app has no audience, aud: %j gets a %d response', async (aud, status) => {
    expect((await callGuarded(testApp(), mint({ aud }))).status).toBe(status);
  });
});

describe('RFC 7519 §4.1.1: iss, case-sensitive', () => {
  test.each([
    ['us', 200],
    ['US', 401],
    ['us/', 401],
    [['us'], 401],
    [undefined, 401],
  ])('iss: %j gets a %d response', async (iss, status) => {
    expect((await callGuarded(testApp({ issuer: 'us' }), mint({ iss }))).status).toBe(status);
  });
});
