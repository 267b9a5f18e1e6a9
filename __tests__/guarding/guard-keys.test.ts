import { createSecretKey, generateKeyPairSync } from 'node:crypto';

import express from 'express';
import { requireJwt } from 'express-client-jwt';
import request from 'supertest';

import { callGuarded, getToken, guardedApp, testApp, testAuth, tokenOf } from '../support/app';
import { reports } from '../support/clients';
import { KEY, mint, OTHER_KEY } from '../support/mint';

describe('the keys of a guard', () => {
  test('a token signed by an older key of the list still verifies', async () => {
    expect((await callGuarded(testApp({ keys: [OTHER_KEY, KEY] }), mint())).status).toBe(200);
    expect(
      (await callGuarded(testApp({ keys: [{ key: OTHER_KEY, kid: 'new' }, KEY] }), mint())).status,
    ).toBe(200);
    expect(
      (
        await callGuarded(
          testApp({ keys: [OTHER_KEY, { key: KEY, kid: 'old' }] }),
          mint({}, { kid: 'old' }),
        )
      ).status,
    ).toBe(200);
  });

  test('a kid selects exactly one key: a valid signature under another kid is refused', async () => {
    const keys = [
      { key: OTHER_KEY, kid: 'new' },
      { key: KEY, kid: 'old' },
    ];
    expect((await callGuarded(testApp({ keys }), mint({}, { kid: 'new' }))).status).toBe(401);
  });

  test('replaceKeys signs with the new key at once, and accepts the old one while it is listed', async () => {
    const auth = testAuth();
    const app = guardedApp(auth);
    const old = tokenOf(await getToken(app));
    expect((await callGuarded(app, old)).status).toBe(200);

    auth.replaceKeys([{ key: OTHER_KEY, kid: 'new' }, KEY]);
    const fresh = tokenOf(await getToken(app));
    expect(
      JSON.parse(Buffer.from(fresh.split('.')[0] ?? '', 'base64url').toString()),
    ).toMatchObject({ kid: 'new' });
    expect([(await callGuarded(app, old)).status, (await callGuarded(app, fresh)).status]).toEqual([
      200, 200,
    ]);

    auth.replaceKeys({ key: OTHER_KEY, kid: 'new' });
    expect([(await callGuarded(app, old)).status, (await callGuarded(app, fresh)).status]).toEqual([
      401, 200,
    ]);
  });

  test('replaceKeys can replace a secret by a key pair, and accepts the tokens of both', async () => {
    const auth = testAuth();
    const app = guardedApp(auth);
    const old = tokenOf(await getToken(app));
    auth.replaceKeys([
      { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, kid: 'new' },
      KEY,
    ]);
    const fresh = tokenOf(await getToken(app));
    expect([(await callGuarded(app, old)).status, (await callGuarded(app, fresh)).status]).toEqual([
      200, 200,
    ]);
  });

  test('replaceKeys with an invalid key throws and changes nothing', async () => {
    const auth = testAuth();
    expect(() => {
      auth.replaceKeys('short');
    }).toThrow(TypeError);
    expect((await callGuarded(guardedApp(auth), auth.issueToken(reports()))).status).toBe(200);
  });

  test.each(['RS256', 'PS384', 'ES256'] as const)(
    'issues and accepts tokens with %s',
    async (alg) => {
      const { privateKey } =
        alg === 'ES256'
          ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
          : generateKeyPairSync('rsa', { modulusLength: 2048 });
      const app = testApp({ keys: [{ key: privateKey, alg }, createSecretKey(KEY, 'utf8')] });
      const res = await getToken(app);
      expect((await callGuarded(app, tokenOf(res))).status).toBe(200);
      expect((await callGuarded(app, mint({}, { alg }, privateKey))).status).toBe(200);
      expect((await callGuarded(app, mint())).status).toBe(200);
    },
  );
});

describe('requireJwt with several instances of createJwtAuth', () => {
  test('uses the instance that this request has passed, although requests share objects', async () => {
    const app = express();
    const shared = {};
    let release: () => void = () => undefined;
    const isHeld = new Promise<void>((resolve) => {
      app.use((_req, res, next) => {
        res.locals = shared;
        next();
      });
      app.use('/admin', testAuth({ keys: OTHER_KEY }), (_req, _res, next) => {
        release = next;
        resolve();
      });
    });
    app.use('/public', testAuth());
    app.use(requireJwt(), (_req, res) => {
      res.end();
    });
    const authorization = `Bearer ${mint()}`;
    const admin = request(app).get('/admin').set('Authorization', authorization);
    const answer = admin.then(({ status }) => status);
    await isHeld;
    expect((await request(app).get('/public').set('Authorization', authorization)).status).toBe(
      200,
    );
    release();
    expect(await answer).toBe(401);
    expect((await request(app).get('/elsewhere').set('Authorization', authorization)).status).toBe(
      500,
    );
  });
});
