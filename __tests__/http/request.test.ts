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

  test('leaves it to isB64token whether it has the characters of one', () => {
    expect(bearer('Bearer abc, Bearer abc')).toEqual({ token: 'abc, Bearer abc' });
  });

  test('reads no token behind more than 16 spaces, so that no memory is spent on them', () => {
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
  ])('sees no Bearer token in %j', (header) => {
    expect(bearer(header)).toBe('none');
  });

  test.each(['Bearer', 'Bearer\tabc', 'Bearer,abc', 'bearer"abc"'])('refuses %j', (header) => {
    expect(bearer(header)).toBe('malformed');
  });

  test('refuses a header that is sent twice, in whatever case its name is', () => {
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
  test.each(['abc', 'a-._~+/Z9==', 'a='])('admits %j (RFC 6750 §2.1)', (text) => {
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
  ])('refuses %j', (text) => {
    expect(isB64token(text)).toBe(false);
  });
});

const parse = (headers: Record<string, string | string[] | undefined>) =>
  parseCredentials({ headers });

describe('parseCredentials', () => {
  test('reads both', () => {
    expect(parse({ 'client-id': 'a', 'client-secret': '!~' })).toEqual({
      clientId: 'a',
      clientSecret: '!~',
    });
  });

  test.each(['', ' ', 'a b', 'a\x7f', 'a\n', 'é', 'x'.repeat(257), ['a'], undefined])(
    'gives no id for %j',
    (id) => {
      expect(parse({ 'client-id': id, 'client-secret': 'b' })).toEqual({
        clientSecret: 'b',
      });
    },
  );

  test.each(['', ' ', 'a b', 'a\x7f', 'a\n', 'é', 'x'.repeat(1025), ['a'], undefined])(
    'gives no secret for %j',
    (secret) => {
      expect(parse({ 'client-id': 'b', 'client-secret': secret })).toEqual({
        clientId: 'b',
      });
    },
  );
});

describe('a made-up request, as mocks and adapters make it', () => {
  test('needs no rawHeaders to have its Bearer token read', () => {
    expect(parseBearer({ headers: { authorization: 'Bearer abc' } })).toEqual({ token: 'abc' });
  });

  test('has not hung up if it has no socket', () => {
    expect(hasHungUp({ headers: {} })).toBe(false);
  });

  test('has a signal that is not aborted if nothing can be listened to', () => {
    expect(hangUpSignal({ headers: {} }, {}).aborted).toBe(false);
  });

  test('has no address if it has no ip, or if the ip cannot be read', () => {
    expect(addressOf({})).toBeUndefined();
    const throwing = {
      get ip(): string {
        throw new Error('no such address');
      },
    };
    expect(addressOf(throwing)).toBeUndefined();
  });
});

test('a signal is aborted at once if the caller has gone already', () => {
  const gone = { headers: {}, socket: { destroyed: true } as never };
  expect(hangUpSignal(gone, {}).aborted).toBe(true);
});

test('a duration has one decimal', () => {
  const ms = elapsedMs(performance.now() - 12.3456789);
  expect(String(ms)).toMatch(/^\d+(\.\d)?$/);
  expect(ms).toBeGreaterThan(12);
});
