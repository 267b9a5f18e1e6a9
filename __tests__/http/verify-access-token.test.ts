import { createJwtGuard, JwtAuthError } from 'express-client-jwt';
import { inspect } from 'node:util';

import { finding, recorder, testAuth } from '../support/app';
import { KEY, mint, OTHER_KEY, seconds } from '../support/mint';

const exp = seconds() + 60;

describe.each([
  ['createJwtAuth', () => testAuth(finding((clientId) => ({ clientId, scopes: ['a'] })))],
  [
    'createJwtGuard',
    () =>
      createJwtGuard({ keys: KEY, clients: { find: (clientId) => ({ clientId, scopes: ['a'] }) } }),
  ],
])('verifyAccessToken of %s', (_name, create) => {
  test('resolves with the caller, its current scopes and the expiry in seconds', async () => {
    const token = mint({ scope: 'a b', exp });
    const verified = await create().verifyAccessToken(token);
    expect(verified).toMatchObject({ clientId: 'reports', scopes: ['a'], expiresAt: exp });
    expect(verified.claims.jti).toBe('a-token');
    expect(verified.token).toBe(token);
    expect(Object.isFrozen(verified)).toBe(true);
  });

  test('does not show the token in a log', async () => {
    const token = mint({ exp });
    const verified = await create().verifyAccessToken(token);
    expect(JSON.stringify(verified) + inspect(verified)).not.toContain(token);
  });

  test.each([
    ['an expired token', mint({ exp: 1 }), 'ERR_TOKEN_EXPIRED'],
    ['a token signed with another key', mint({}, {}, OTHER_KEY), 'ERR_TOKEN_SIGNATURE'],
    ['an empty string', '', 'ERR_TOKEN_MALFORMED'],
    ['a token with a trailing space', `${mint()} `, 'ERR_TOKEN_MALFORMED'],
  ])('rejects %s with its code and its challenge', async (_title, token, code) => {
    const error = await create()
      .verifyAccessToken(token)
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(JwtAuthError);
    expect(error).toMatchObject({
      code,
      status: 401,
      headers: { 'WWW-Authenticate': expect.stringContaining('invalid_token') as string },
    });
  });

  test('rejects a value that is not a string with a TypeError', async () => {
    await expect(create().verifyAccessToken(undefined as never)).rejects.toThrow(TypeError);
  });
});

test('verifyAccessToken rejects with 503 if the client could not be looked up', async () => {
  const cause = new Error('down');
  const auth = testAuth(finding(() => Promise.reject(cause)));
  await expect(auth.verifyAccessToken(mint())).rejects.toMatchObject({
    code: 'ERR_CLIENTS_UNAVAILABLE',
    status: 503,
    cause,
  });
});

test('verifyAccessToken rejects with 500 and emits an outage event if the clock throws', async () => {
  const { events, onEvent } = recorder();
  const cause = new Error('no clock');
  const auth = testAuth({
    onEvent,
    clock: () => {
      throw cause;
    },
  });
  await expect(auth.verifyAccessToken(mint())).rejects.toMatchObject({ code: 'ERR_SERVER', cause });
  expect(events).toMatchObject([{ type: 'outage', source: 'guard', cause }]);
});
