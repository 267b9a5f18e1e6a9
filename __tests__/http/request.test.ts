import {
  addressOf,
  elapsedMs,
  hangUpSignal,
  hasHungUp,
  isB64token,
  parseBearer,
  parseCredentials,
} from '../../lib/http/request';

function bearer(authorization: string | undefined, rawHeaders: string[] = []) {
  return parseBearer({ headers: { authorization }, rawHeaders });
}

describe('parseBearer', () => {
  test.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
    ['Bearer   abc', 'abc'],
    [`Bearer${' '.repeat(16)}abc`, 'abc'],
    ['Bearer a-._~+/Z9==', 'a-._~+/Z9=='],
  ])('reads the token of %j (RFC 6750 §2.1)', (header, token) => {
    expect(bearer(header)).toEqual({ token });
  });

  test('does not check the characters of the token, which isB64token does', () => {
    expect(bearer('Bearer abc, Bearer abc')).toEqual({ token: 'abc, Bearer abc' });
  });

  test('reads no token after more than 16 spaces, to save memory', () => {
    const header = bearer(`Bearer${' '.repeat(17)}abc`);
    expect(header).toEqual({ token: ' abc' });
    expect(isB64token(' abc')).toBe(false);
  });

  test.each([
    undefined,
    '',
    'Basic abc',
    'Bearerabc',
    'Bearer-abc def',
    'Token Bearer abc',
    'abc',
    'DPoP abc',
  ])('finds no Bearer token in %j', (header) => {
    expect(bearer(header)).toBe('none');
  });

  test.each(['Bearer', 'Bearer\tabc', 'Bearer,abc', 'bearer"abc"'])('rejects %j', (header) => {
    expect(bearer(header)).toBe('malformed');
  });

  test('rejects a header that is sent twice, in any case', () => {
    expect(
      bearer('Bearer abc', [
        'Authorization',
        'Bearer abc',
        'x',
        'authorization',
        'AUTHORIZATION',
        'Basic x',
      ]),
    ).toBe('malformed');
    expect(
      bearer('Bearer abc', [
        'Authorization',
        'Bearer abc',
        'x',
        'authorization',
        'authorizatiom',
        'y',
      ]),
    ).toEqual({
      token: 'abc',
    });
  });
});

describe('isB64token', () => {
  test.each(['abc', 'a-._~+/Z9==', 'a='])('accepts %j (RFC 6750 §2.1)', (text) => {
    expect(isB64token(text)).toBe(true);
  });

  test.each([
    '',
    ' ',
    'abc def',
    'abc,def',
    'abc, Bearer abc',
    'a=b',
    '"abc"',
    '\tabc',
    'é',
    '=',
    'abc\n',
    'abc\r\n',
  ])('rejects %j', (text) => {
    expect(isB64token(text)).toBe(false);
  });
});

const parse = (headers: Record<string, string | string[] | undefined>) =>
  parseCredentials({ headers });

describe('parseCredentials', () => {
  test('reads the id and the secret', () => {
    expect(parse({ 'client-id': 'a', 'client-secret': '!~' })).toEqual({
      clientId: 'a',
      clientSecret: '!~',
    });
  });

  test.each(['', ' ', 'a b', 'a\x7f', 'a\n', 'é', 'x'.repeat(257), ['a'], undefined])(
    'returns no id for %j',
    (id) => {
      expect(parse({ 'client-id': id, 'client-secret': 'b' })).toEqual({
        clientSecret: 'b',
      });
    },
  );

  test.each(['', ' ', 'a b', 'a\x7f', 'a\n', 'é', 'x'.repeat(1025), ['a'], undefined])(
    'returns no secret for %j',
    (secret) => {
      expect(parse({ 'client-id': 'b', 'client-secret': secret })).toEqual({
        clientId: 'b',
      });
    },
  );
});

describe('a mock request', () => {
  test('a mock request needs no rawHeaders for its Bearer token to be read', () => {
    expect(parseBearer({ headers: { authorization: 'Bearer abc' } })).toEqual({ token: 'abc' });
  });

  test('a mock request is not disconnected if it has no socket', () => {
    expect(hasHungUp({ headers: {} })).toBe(false);
  });

  test('a mock request has a signal that is not aborted if it emits no events', () => {
    expect(hangUpSignal({ headers: {} }, {}).aborted).toBe(false);
  });

  test('a mock request has no address if it has no ip or if reading ip throws', () => {
    expect(addressOf({})).toBeUndefined();
    const throwing = {
      get ip(): string {
        throw new Error('no such address');
      },
    };
    expect(addressOf(throwing)).toBeUndefined();
  });
});

test('a signal is aborted from the start if the caller has already disconnected', () => {
  const gone = { headers: {}, socket: { destroyed: true } as never };
  expect(hangUpSignal(gone, {}).aborted).toBe(true);
});

test('a duration is rounded to one decimal', () => {
  const ms = elapsedMs(performance.now() - 12.3456789);
  expect(String(ms)).toMatch(/^\d+(\.\d)?$/);
  expect(ms).toBeGreaterThan(12);
});
