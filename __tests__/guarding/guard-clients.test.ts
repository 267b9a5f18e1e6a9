import express from 'express';
import {
  bcryptVerifier,
  getJwt,
  requireJwt,
  type Client,
  type ClientVerifier,
  type JwtAuthEvent,
} from 'express-client-jwt';

import {
  callGuarded,
  expectChallenge,
  finding,
  getToken,
  guardedApp,
  invalidToken,
  recorder,
  testApp,
  testAuth,
  refusalBody,
} from '../support/app';
import { reports, SECRET } from '../support/clients';
import { mint } from '../support/mint';
import { listen } from '../support/raw-http';

const NOW = Date.parse('2026-03-01T12:00:00.250Z');

describe('a guard that looks up the client of each token', () => {
  test('refuses the tokens of a client that is removed or disabled', async () => {
    let client: Client | undefined = { clientId: 'reports' };
    const app = testApp(finding(() => client));
    const token = mint();
    expect((await callGuarded(app, token)).status).toBe(200);
    client = { clientId: 'reports', disabled: true };
    expectChallenge(await callGuarded(app, token), 401, invalidToken('ERR_TOKEN_CLIENT'));
    client = undefined;
    expectChallenge(await callGuarded(app, token), 401, invalidToken('ERR_TOKEN_CLIENT'));
  });

  test('refuses tokens from before tokensValidAfter and accepts later ones, to the millisecond', async () => {
    const tokensValidAfter = new Date(NOW);
    let now = NOW - 1;
    const auth = testAuth({
      clock: () => now,
      ...finding(() => ({ clientId: 'reports', tokensValidAfter })),
    });
    const app = guardedApp(auth);
    const before = auth.issueToken({ clientId: 'reports' });
    now = NOW;
    const after = auth.issueToken({ clientId: 'reports', tokensValidAfter });
    expectChallenge(await callGuarded(app, before), 401, invalidToken('ERR_TOKEN_REVOKED'));
    expect((await callGuarded(app, after)).status).toBe(200);
  });

  test('accepts a token issued in the same second as tokensValidAfter', async () => {
    const tokensValidAfter = new Date(Math.floor(Date.now() / 1000) * 1000);
    const app = testApp(finding(() => ({ clientId: 'reports', tokensValidAfter })));
    const iat = tokensValidAfter.getTime() / 1000;
    expect((await callGuarded(app, mint({ iat }))).status).toBe(200);
    expect((await callGuarded(app, mint({ iat: iat - 1 }))).status).toBe(401);
  });

  test('the event has the address of a caller who disconnects during the lookup', async () => {
    const call = new AbortController();
    const isTold = new Promise<JwtAuthEvent>((onEvent) => {
      let answer: (client: undefined) => void = () => undefined;
      const app = express();
      app.use((req, _res, next) => {
        req.on('close', () => {
          answer(undefined);
        });
        next();
      });
      const find = () => {
        call.abort();
        return new Promise<undefined>((resolve) => (answer = resolve));
      };
      app.use(testApp({ onEvent, ...finding(find) }));
      void listen(app).then((port) => {
        const headers = { Authorization: `Bearer ${mint()}` };
        fetch(`http://127.0.0.1:${String(port)}/guarded/7`, { headers, signal: call.signal }).catch(
          () => undefined,
        );
      });
    });
    const address = expect.stringContaining('127.0.0.1') as string;
    expect(await isTold).toMatchObject({ code: 'ERR_TOKEN_CLIENT', clientId: 'reports', address });
  });

  test('does not grant a scope that the client no longer has, even if the token contains it', async () => {
    let scopes: string[] | undefined = ['a', 'b'];
    const app = guardedApp(testAuth(finding(() => ({ clientId: 'reports', scopes }))), {
      scope: 'a b',
    });
    const token = mint({ scope: 'a b' });
    expect((await callGuarded(app, token)).status).toBe(200);
    scopes = ['a'];
    expectChallenge(await callGuarded(app, token), 403, {
      error: 'insufficient_scope',
      code: 'ERR_INSUFFICIENT_SCOPE',
      scope: 'a b',
    });
    scopes = undefined;
    expect((await callGuarded(app, token)).status).toBe(200);
  });

  test('the handler sees only the scopes that the client still has, and all claims', async () => {
    const app = express();
    app.use(testAuth(finding(() => ({ clientId: 'reports', scopes: ['b'] }))));
    app.get('/guarded/7', requireJwt(), (req, res) => {
      const { scopes, claims, token } = getJwt(req);
      const isSame = token === req.headers.authorization?.slice('Bearer '.length);
      res.json({ scopes, claimed: claims.scope, isFrozen: Object.isFrozen(scopes), isSame });
    });
    const res = await callGuarded(app, mint({ scope: 'a b' }));
    expect(res.body).toEqual({ scopes: ['b'], claimed: 'a b', isFrozen: true, isSame: true });
  });

  test('a client never gains a scope that its token does not have', async () => {
    const app = testApp(
      finding(() => ({ clientId: 'reports', scopes: ['a', 'b'] })),
      {
        scope: 'b',
      },
    );
    expect((await callGuarded(app, mint({ scope: 'a' }))).status).toBe(403);
  });

  test('looks up a client in an array too', async () => {
    const app = testApp({ verifier: bcryptVerifier([reports({ disabled: true })]) });
    expect((await callGuarded(app, mint())).status).toBe(401);
  });

  test('without find, a token is valid until it expires', async () => {
    const app = testApp({ verifier: { verify: () => Promise.resolve(undefined) } });
    expect((await callGuarded(app, mint({ sub: 'whoever', client_id: undefined }))).status).toBe(
      200,
    );
  });

  test.each<[string, NonNullable<ClientVerifier['find']>]>([
    ['rejects', () => Promise.reject(new Error('password=hunter2'))],
    [
      'throws',
      () => {
        throw new Error('password=hunter2');
      },
    ],
    ['returns another client', () => ({ clientId: 'admin' })],
    ['resolves with another client', () => Promise.resolve({ clientId: 'admin' })],
    ['returns true', () => true as never],
    ['never settles', () => new Promise(() => undefined)],
  ])('a find that %s causes a 503 response and an event', async (_title, find) => {
    const { events, onEvent } = recorder();
    const res = await callGuarded(
      testApp({ ...finding(find), onEvent, verifierTimeoutMs: 20 }),
      mint(),
    );
    expect([res.status, res.headers['retry-after']]).toEqual([503, '5']);
    expect(res.body).toEqual(refusalBody('temporarily_unavailable', 'ERR_CLIENTS_UNAVAILABLE'));
    expect(events).toEqual([
      expect.objectContaining({ type: 'outage', source: 'clients', clientId: 'reports' }),
      expect.objectContaining({
        type: 'jwt.refused',
        code: 'ERR_CLIENTS_UNAVAILABLE',
        clientId: 'reports',
        jti: 'a-token',
      }),
    ]);
  });

  test('accepts a lookup result that comes later', async () => {
    const app = testApp(finding((clientId) => Promise.resolve({ clientId })));
    expect((await callGuarded(app, mint())).status).toBe(200);
  });
});

describe('auth.issueToken', () => {
  test('issues a token without the client secret', async () => {
    const auth = testAuth();
    const app = guardedApp(auth, { scope: 'reports:read' });
    const token = auth.issueToken({ clientId: 'reports', scopes: ['reports:read'] });
    expect((await callGuarded(app, token)).status).toBe(200);
  });

  test('throws for a disabled client, as the token route refuses it', () => {
    expect(() => testAuth().issueToken({ clientId: 'reports', disabled: true })).toThrow(
      new TypeError('issueToken: client reports is disabled.'),
    );
  });

  test('throws if the client is malformed', () => {
    expect(() => testAuth().issueToken({ clientId: '' })).toThrow(
      new TypeError(
        'issueToken: client.clientId must be 1 to 256 visible ASCII characters; it is an empty string.',
      ),
    );
  });

  test('works after close(), which only releases the verifier', async () => {
    const auth = testAuth();
    await auth.close();
    expect((await callGuarded(guardedApp(auth), auth.issueToken(reports()))).status).toBe(200);
    expect((await getToken(guardedApp(auth), 'reports', SECRET)).status).toBe(500);
  });
});
