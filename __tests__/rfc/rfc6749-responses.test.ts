/** RFC 6749: The OAuth 2.0 Authorization Framework, the responses of the token endpoint. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { bcryptVerifier } from 'express-client-jwt';
import request from 'supertest';

import { recorder } from '../support/app';
import { reports, SECRET } from '../support/clients';
import { KEY } from '../support/mint';
import { basic, oauthApp, post, refusalOf } from '../support/oauth';

const IN_BODY = { grant_type: 'client_credentials', client_id: 'reports', client_secret: SECRET };

describe('§5.1: a successful response', () => {
  test('it has the token, its type, its lifetime and its scope, and must not be cached', async () => {
    const res = await post(oauthApp());
    const { status, headers } = res;
    expect([status, res.body]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^eyJ/) as string,
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'reports:read reports:write',
      },
    ]);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    });
    expect([headers.authorization, headers.etag]).toEqual([undefined, undefined]);
  });
});

describe('§5.2: an error response', () => {
  const wrong = [
    ['an unknown id', basic('nobody', SECRET)],
    ['a wrong secret', basic('reports', 'wrong-secret')],
    ['a secret over 72 bytes', basic('reports', 'x'.repeat(73))],
    ['a disabled client', basic('disabled', SECRET)],
  ] as const;

  test.each(wrong)('%s gets 401 and a Basic challenge', async (_title, authorization) => {
    const app = oauthApp();
    const res = await post(app, { authorization });
    expect(refusalOf(res)).toEqual([401, 'invalid_client', 'ERR_INVALID_CLIENT']);
    expect(res.headers).toMatchObject({
      'www-authenticate': 'Basic realm="api"',
      'cache-control': 'no-store',
    });
  });

  test('refused credentials in the body get 401 without a challenge', async () => {
    const form = { ...IN_BODY, client_secret: 'wrong-secret' };
    const res = await post(oauthApp(), { form, authorization: undefined });
    expect(refusalOf(res)).toEqual([401, 'invalid_client', 'ERR_INVALID_CLIENT']);
    expect(res.headers['www-authenticate']).toBeUndefined();
  });

  test.each([
    ['no authentication', undefined],
    ['a Bearer token', 'Bearer x.y.z'],
    ['a scheme whose name begins like Basic', basic().replace('Basic', 'Basically')],
  ])('%s gets 401 and the challenge names Basic', async (_title, authorization) => {
    const res = await post(oauthApp(), { authorization });
    expect(refusalOf(res)).toEqual([401, 'invalid_client', 'ERR_CLIENT_AUTHENTICATION_MISSING']);
    expect(res.headers['www-authenticate']).toBe('Basic realm="api"');
  });

  test('a client_id alone is no authentication', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'reports' };
    const res = await post(oauthApp(), { form, authorization: undefined });
    expect(refusalOf(res)[2]).toBe('ERR_CLIENT_AUTHENTICATION_MISSING');
  });

  test('a secret alone is malformed', async () => {
    const form = { grant_type: 'client_credentials', client_secret: SECRET };
    const res = await post(oauthApp(), { form, authorization: undefined });
    expect(refusalOf(res)[2]).toBe('ERR_CLIENT_AUTHENTICATION');
  });

  test('all refusals of credentials are the same, byte for byte', async () => {
    const clients = [reports(), reports({ clientId: 'disabled', disabled: true })];
    const verifier = bcryptVerifier(clients);
    const app = oauthApp({ verifier });
    const answers = await Promise.all(
      wrong.map(async ([, authorization]) => {
        const { status, text, headers } = await post(app, { authorization });
        return JSON.stringify([status, text, { ...(headers as object), date: '' }]);
      }),
    );
    expect(new Set(answers).size).toBe(1);
    await verifier.close?.();
  });

  test('a failed verifier is 500 with Retry-After, and never 401', async () => {
    const verifier = { verify: () => Promise.reject(new Error('database down')) };
    const res = await post(oauthApp({ verifier }));
    expect(refusalOf(res)).toEqual([500, 'server_error', 'ERR_SERVER']);
    expect(res.headers['retry-after']).toBe('5');
  });

  test('a throttled client gets 429 with Retry-After, as at the token route', async () => {
    const app = oauthApp({ throttle: { failures: 1, windowSeconds: 60 } });
    await post(app, { authorization: basic('reports', 'wrong-secret') });
    const res = await post(app);
    expect(refusalOf(res)).toEqual([429, 'too_many_requests', 'ERR_THROTTLED']);
    expect(Number(res.headers['retry-after'])).toBeGreaterThan(0);
    const header = request(app).get('/auth/jwt').set('client-id', 'reports');
    expect((await header.set('client-secret', SECRET)).status).toBe(429);
  });

  test('errors: next passes the error with its status and headers to the app', async () => {
    const app = oauthApp({ errors: 'next' });
    const res = await post(app, { authorization: basic('reports', 'wrong-secret') });
    expect(res.status).toBe(401);
    expect(res.headers).toMatchObject({
      'www-authenticate': 'Basic realm="api"',
      'cache-control': 'no-store',
    });
  });
});

describe('events', () => {
  test('an issued token and a refusal are told as at the token route', async () => {
    const { events, onEvent } = recorder();
    const app = oauthApp({ onEvent });
    await post(app);
    await post(app, { authorization: basic('reports', 'wrong-secret') });
    await post(app, { authorization: 'Basic' });
    expect(events).toMatchObject([
      { type: 'token.issued', clientId: 'reports' },
      {
        type: 'token.refused',
        code: 'ERR_INVALID_CLIENT',
        reason: 'wrong_secret',
        clientId: 'reports',
      },
      { type: 'token.refused', code: 'ERR_CLIENT_AUTHENTICATION', clientId: undefined },
    ]);
  });
});

/** The files of the package that a new process loads for these options. */
function filesLoadedFor(options: string): readonly string[] {
  const script = `
    const { createJwtAuth, createJwtGuard } = require(${JSON.stringify(DIST)});
    const keys = ${JSON.stringify(KEY)};
    const verifier = { verify: async () => undefined };
    ${options};
    console.log(JSON.stringify(Object.keys(require.cache)));`;
  const text = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  return JSON.parse(text) as string[];
}
const DIST = path.join(__dirname, '../../dist/index.js');
/** What only the standard endpoints, published keys and fetched keys need. */
const STANDARD =
  /standard-endpoints|oauth-|introspection|endpoints\/revocation|metadata|jwks|\/form|\/basic|client-authentication|jwk\.js|publish|fetched|remote-|key-finder|node_modules\/express\//;

describe('without the option oauth', () => {
  test.each([
    ['createJwtAuth({ keys, verifier })', false],
    ['createJwtGuard({ keys })', false],
    ['createJwtAuth({ keys, verifier, oauth: true })', true],
    ["createJwtGuard({ issuer: 'https://issuer.example.com' })", true],
  ])('whether %s loads files of the standard endpoints: %s', (options, expected) => {
    expect(filesLoadedFor(options).some((file) => STANDARD.test(file))).toBe(expected);
  });

  test.each([undefined, false])('with oauth: %p none of the endpoints exists', async (oauth) => {
    const app = oauthApp({ oauth, jwks: false });
    const paths = [
      ...['/oauth/token', '/oauth/introspect', '/oauth/revoke'],
      ...['/.well-known/oauth-authorization-server', '/.well-known/jwks.json'],
    ];
    for (const path of paths) {
      expect((await post(app, { path })).status).toBe(404);
      expect((await request(app).get(path)).status).toBe(404);
    }
  });
});
