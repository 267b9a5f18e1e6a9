import { memoryRevocations, type RevocationStore } from 'express-client-jwt';

import {
  callGuarded,
  expectChallenge,
  guardedApp,
  invalidToken,
  recorder,
  testAuth,
  refusalBody,
} from '../support/app';
import { reports } from '../support/clients';
import { mint, OTHER_KEY, seconds } from '../support/mint';

const REVOKED = invalidToken('ERR_TOKEN_REVOKED');
const DOWN = new Error('redis://:hunter2@cache is down');

/** A store with this `isRevoked`. */
function answering(isRevoked: RevocationStore['isRevoked']): RevocationStore {
  return { isRevoked, revoke: () => undefined };
}

describe('a revoked token', () => {
  test('a revoked token is refused from the next request on, even if it is cached', async () => {
    const auth = testAuth({ revocations: memoryRevocations() });
    const app = guardedApp(auth);
    const [token, other] = [auth.issueToken(reports()), auth.issueToken(reports())];
    for (let use = 0; use < 3; use++) expect((await callGuarded(app, token)).status).toBe(200);
    await auth.revokeToken(token);
    expectChallenge(await callGuarded(app, token), 401, REVOKED);
    expect((await callGuarded(app, other)).status).toBe(200);
  });

  test('a token can be revoked by its claims', async () => {
    const auth = testAuth({ revocations: memoryRevocations() });
    await auth.revokeToken({ jti: 'a-token', exp: seconds() + 3600 });
    expectChallenge(await callGuarded(guardedApp(auth), mint()), 401, REVOKED);
  });

  test('a revoked token stays refused when the keys are replaced', async () => {
    const auth = testAuth({ revocations: memoryRevocations() });
    await auth.revokeToken(mint());
    auth.replaceKeys([OTHER_KEY, 'k3Jx9vQmT0sWcY7bNf2Lr8uHd5gZp1aEo6iXyRtKwMs']);
    expectChallenge(await callGuarded(guardedApp(auth), mint()), 401, REVOKED);
  });

  test('a revocation is stored under the jti until the token expires', async () => {
    const revoke = jest.fn();
    const auth = testAuth({ revocations: { isRevoked: () => false, revoke } });
    await auth.revokeToken(mint({ exp: seconds() + 60 }));
    expect(revoke).toHaveBeenCalledWith('a-token', new Date((seconds() + 60) * 1000));
  });
});

describe('an asynchronous revocation store', () => {
  test.each([
    [true, 401],
    [false, 200],
  ])('a revocation status of %p, resolved later, causes a %d response', async (revoked, status) => {
    const auth = testAuth({ revocations: answering(() => Promise.resolve(revoked)) });
    expect((await callGuarded(guardedApp(auth), mint())).status).toBe(status);
  });

  test('the store is not called for a token without jti or a token that is refused anyway', async () => {
    const isRevoked = jest.fn(() => true);
    const app = guardedApp(testAuth({ revocations: answering(isRevoked) }));
    expect((await callGuarded(app, mint({ jti: undefined }))).status).toBe(200);
    expect((await callGuarded(app, mint({ exp: 1 }))).status).toBe(401);
    expect((await callGuarded(app, mint({}, {}, OTHER_KEY))).status).toBe(401);
    expect(isRevoked).not.toHaveBeenCalled();
  });
});

describe('if the revocation store fails', () => {
  const failures: [string, RevocationStore['isRevoked']][] = [
    ['rejects', () => Promise.reject(DOWN)],
    [
      'throws',
      () => {
        throw DOWN;
      },
    ],
    ['returns undefined', () => undefined as never],
    ['resolves with a string', () => Promise.resolve('no' as never)],
    ['never settles', () => new Promise(() => undefined)],
  ];

  test.each(failures)(
    'isRevoked that %s causes a 503 response and an event',
    async (_title, isRevoked) => {
      const { events, onEvent } = recorder();
      const auth = testAuth({ revocations: answering(isRevoked), onEvent, storeTimeoutMs: 20 });
      const res = await callGuarded(guardedApp(auth), mint());
      expect([res.status, res.headers['retry-after'], res.headers['www-authenticate']]).toEqual([
        503,
        '5',
        undefined,
      ]);
      expect(res.body).toEqual(
        refusalBody('temporarily_unavailable', 'ERR_REVOCATIONS_UNAVAILABLE'),
      );
      expect(events).toEqual([
        expect.objectContaining({ type: 'outage', source: 'revocations', clientId: 'reports' }),
        expect.objectContaining({
          type: 'jwt.refused',
          code: 'ERR_REVOCATIONS_UNAVAILABLE',
          jti: 'a-token',
        }),
      ]);
    },
  );

  test.each(failures)(
    "with onRevocationOutage 'accept', isRevoked that %s lets the token through with an event",
    async (_title, isRevoked) => {
      const { events, onEvent } = recorder();
      const revocations = answering(isRevoked);
      const auth = testAuth({
        revocations,
        onRevocationOutage: 'accept',
        onEvent,
        storeTimeoutMs: 20,
      });
      expect((await callGuarded(guardedApp(auth), mint())).status).toBe(200);
      expect(events).toEqual([expect.objectContaining({ type: 'outage', source: 'revocations' })]);
    },
  );

  test("onRevocationOutage 'accept' does not let a revoked token through", async () => {
    const auth = testAuth({ revocations: answering(() => true), onRevocationOutage: 'accept' });
    expectChallenge(await callGuarded(guardedApp(auth), mint()), 401, REVOKED);
  });
});

describe('auth.revokeToken with invalid input or a failing store', () => {
  test('rejects if there is no store', async () => {
    await expect(testAuth().revokeToken(mint())).rejects.toThrow(
      new TypeError(
        'revokeToken: there is no revocation store. Pass createJwtAuth({ revocations: memoryRevocations(), … })',
      ),
    );
  });

  test('rejects a token that the app did not issue', async () => {
    const auth = testAuth({ revocations: memoryRevocations() });
    await expect(auth.revokeToken(mint({}, {}, OTHER_KEY))).rejects.toMatchObject({
      code: 'ERR_TOKEN_SIGNATURE',
    });
  });

  test.each([mint({ jti: undefined }), { exp: 1 }, { jti: 'a' } as never])(
    'rejects if the token has no jti or no exp: %p',
    async (token) => {
      const auth = testAuth({ revocations: memoryRevocations() });
      await expect(auth.revokeToken(token)).rejects.toThrow(
        new TypeError('revokeToken: the token has no jti or no exp, so it cannot be revoked.'),
      );
    },
  );

  test('rejects if the store fails', async () => {
    const auth = testAuth({
      revocations: { isRevoked: () => false, revoke: () => Promise.reject(DOWN) },
    });
    await expect(auth.revokeToken(mint())).rejects.toBe(DOWN);
  });
});

describe('auth.revokeToken with a failing store or an invalid date', () => {
  const DOWN = new Error('down');

  test('a failed revocation does not keep the guard from calling the store', async () => {
    const isRevoked = jest.fn(() => Promise.resolve(true));
    const revocations = { isRevoked, revoke: () => Promise.reject(DOWN) };
    const auth = testAuth({ revocations, onRevocationOutage: 'accept' });
    await expect(auth.revokeToken(mint())).rejects.toBe(DOWN);
    expect((await callGuarded(guardedApp(auth), mint())).status).toBe(401);
    expect(isRevoked).toHaveBeenCalledTimes(1);
  });

  test('rejects after storeTimeoutMs if the store does not respond', async () => {
    const hang = () => new Promise<never>(() => undefined);
    const auth = testAuth({ revocations: { isRevoked: hang, revoke: hang }, storeTimeoutMs: 20 });
    await expect(auth.revokeToken(mint())).rejects.toThrow(
      'The revocation store did not respond within 20 ms.',
    );
  });

  test('rejects an invalid exp with a TypeError, and does not call the store', async () => {
    const revoke = jest.fn();
    const auth = testAuth({ revocations: { isRevoked: () => false, revoke } });
    await expect(auth.revokeToken({ jti: 'a', exp: NaN })).rejects.toThrow(TypeError);
    expect(revoke).not.toHaveBeenCalled();
  });
});
