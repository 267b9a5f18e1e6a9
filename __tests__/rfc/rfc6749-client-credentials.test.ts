/** RFC 6749: The OAuth 2.0 Authorization Framework, for client credentials. */
import { createSecretKey } from 'node:crypto';

import { verify, type JwtPayload } from 'jsonwebtoken';
import request from 'supertest';

import { callGuarded } from '../support/app';
import { SECRET } from '../support/clients';
import { KEY } from '../support/mint';
import { basic, issue, oauthApp, post, refusalOf, type Sent } from '../support/oauth';

const claimsIn = (token: string) => verify(token, createSecretKey(KEY, 'utf8')) as JwtPayload;
const IN_BODY = { grant_type: 'client_credentials', client_id: 'reports', client_secret: SECRET };

describe('§4.4.2: the request of a token', () => {
  test('a client gets a token with HTTP Basic, and the guard accepts it', async () => {
    const app = oauthApp();
    const token = await issue(app);
    expect((await callGuarded(app, token)).body).toEqual({ id: '7', clientId: 'reports' });
  });

  test.each([
    ['missing', {}, 'invalid_request', 'ERR_PARAMETER_MISSING'],
    ['empty', { grant_type: '' }, 'invalid_request', 'ERR_PARAMETER_MISSING'],
    ['another', { grant_type: 'password' }, 'unsupported_grant_type', 'ERR_GRANT_TYPE'],
    [
      'in capitals',
      { grant_type: 'CLIENT_CREDENTIALS' },
      'unsupported_grant_type',
      'ERR_GRANT_TYPE',
    ],
  ])('a grant_type that is %s is refused', async (_title, form, error, code) => {
    expect(refusalOf(await post(oauthApp(), { form: form as never }))).toEqual([400, error, code]);
  });
});

describe('§2.3.1: the client password', () => {
  const ID = 'my-client/1';
  const ODD = 'a+b%2Bc:d/e=f&!~';
  const app = () =>
    oauthApp({
      verifier: {
        verify: ({ clientId, clientSecret }) =>
          Promise.resolve(clientId === ID && clientSecret === ODD ? { clientId } : undefined),
      },
    });
  const encoded = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');

  test('both halves of Basic are decoded as in a form, and a colon belongs to the secret', async () => {
    const colons = encoded(ODD).replace('%3A', ':');
    for (const secret of [encoded(ODD), colons])
      expect((await post(app(), { authorization: basic(encoded(ID), secret) })).status).toBe(200);
  });

  test('a secret that is not form-encoded is another secret', async () => {
    const verify = ({ clientSecret }: { clientSecret: string }) =>
      Promise.resolve(clientSecret === 'aA' ? { clientId: 'reports' } : undefined);
    const statusFor = async (secret: string) =>
      (await post(oauthApp({ verifier: { verify } }), { authorization: basic('reports', secret) }))
        .status;
    expect([await statusFor('a%41'), await statusFor('a%2541')]).toEqual([200, 401]);
  });

  test('client_id and client_secret in the body are decoded once', async () => {
    const form = { ...IN_BODY, client_id: ID, client_secret: ODD };
    expect((await post(app(), { form, authorization: undefined })).status).toBe(200);
  });

  test.each([
    ['a malformed escape', basic('reports', 'a%zz')],
    ['an escape that is no UTF-8', basic('reports', 'a%E9')],
    ['a character that is not visible ASCII', basic('reports', 'a%C3%A9')],
    ['a space in the id', basic('my+reports', SECRET)],
    ['no colon', `Basic ${Buffer.from('reports').toString('base64')}`],
    ['no id', basic('', SECRET)],
    ['no secret', basic('reports', '')],
    ['base64url', `Basic ${Buffer.from('reports:~~~>>>???').toString('base64url')}`],
    ['base64 without its padding', basic().replace(/=+$/, '')],
    [
      'base64 whose unused bits are set',
      `Basic ${basic('a', 'bc').slice(6).replace('Ojpi', 'x')}!`,
    ],
    ['nothing', 'Basic'],
    ['two values', `${basic()}, ${basic()}`],
    ['an id that is too long', basic('x'.repeat(257))],
    ['a secret that is too long', basic('reports', 'x'.repeat(1025))],
  ])('Basic with %s is refused as malformed', async (_title, authorization) => {
    const res = await post(oauthApp(), { authorization });
    expect(refusalOf(res)).toEqual([400, 'invalid_request', 'ERR_CLIENT_AUTHENTICATION']);
  });

  test('the scheme is case-insensitive (RFC 9110 §11.1)', async () => {
    const authorization = basic().replace('Basic', 'bAsIc');
    expect((await post(oauthApp(), { authorization })).status).toBe(200);
  });

  test('credentials in the query are not looked at', async () => {
    const res = await post(oauthApp(), {
      path: `/oauth/token?client_id=reports&client_secret=${SECRET}`,
      authorization: undefined,
    });
    expect(refusalOf(res)[2]).toBe('ERR_CLIENT_AUTHENTICATION_MISSING');
  });

  test('the headers client-id and client-secret are not looked at', async () => {
    const res = await post(oauthApp(), { authorization: undefined })
      .set('client-id', 'reports')
      .set('client-secret', SECRET);
    expect(refusalOf(res)[2]).toBe('ERR_CLIENT_AUTHENTICATION_MISSING');
  });
});

describe('§2.3: the client must not use more than one authentication method', () => {
  test.each<[string, Sent]>([
    ['Basic and a secret in the body', { form: IN_BODY }],
    ['Basic and an assertion', { form: { ...IN_BODY, client_secret: '', client_assertion: 'x' } }],
    [
      'a secret and an assertion in the body',
      { form: { ...IN_BODY, client_assertion: 'x' }, authorization: undefined },
    ],
    ['a Bearer token and a secret in the body', { form: IN_BODY, authorization: 'Bearer x.y.z' }],
    ['Basic and another client_id', { form: { ...IN_BODY, client_id: 'x', client_secret: '' } }],
  ])('%s are refused', async (_title, sent) => {
    expect(refusalOf(await post(oauthApp(), sent))).toEqual([
      ...[400, 'invalid_request', 'ERR_CLIENT_AUTHENTICATION'],
    ]);
  });

  test('the same client_id beside Basic is no second method', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'reports' };
    expect((await post(oauthApp(), { form })).status).toBe(200);
  });
});

describe('§3.2: the token endpoint', () => {
  test.each(['GET', 'PUT', 'DELETE', 'HEAD'])(
    '%s is refused, and Allow lists POST',
    async (method) => {
      const app = oauthApp();
      const res = await request(app)[method.toLowerCase() as 'get']('/oauth/token');
      expect([res.status, res.headers.allow]).toEqual([405, 'POST']);
    },
  );

  test.each(['grant_type', 'scope', 'client_id', 'anything'])(
    'the parameter %s sent twice is refused',
    async (name) => {
      const form = `grant_type=client_credentials&${name}=a&${name}=a`;
      const res = await post(oauthApp(), { form });
      expect(refusalOf(res)).toEqual([400, 'invalid_request', 'ERR_FORM_MALFORMED']);
    },
  );

  test('a parameter without a value counts as omitted', async () => {
    const form = { grant_type: 'client_credentials', scope: '', client_secret: '', client_id: '' };
    expect((await post(oauthApp(), { form })).status).toBe(200);
  });

  test('an unknown parameter is ignored', async () => {
    const form = { grant_type: 'client_credentials', unknown: 'x', __proto__x: 'y' };
    expect((await post(oauthApp(), { form })).status).toBe(200);
  });
});

describe('§3.3: the scope of a token', () => {
  const scopeOf = async (scope: string | undefined) => {
    const form = { grant_type: 'client_credentials', ...(scope !== undefined && { scope }) };
    const body: unknown = (await post(oauthApp(), { form })).body;
    const { access_token: token = '', scope: granted } = body as Record<string, string>;
    return [granted, claimsIn(token).scope as unknown];
  };

  test.each([
    [undefined, 'reports:read reports:write'],
    ['reports:read', 'reports:read'],
    ['reports:write reports:read', 'reports:write reports:read'],
    ['reports:read reports:read', 'reports:read'],
  ])(
    'a request for %j gets the scope %j, in the token and in the response',
    async (scope, granted) => {
      expect(await scopeOf(scope)).toEqual([granted, granted]);
    },
  );

  test.each(['admin', 'reports:read admin', 'reports:read  reports:write', 'a"b', ' '])(
    'a request for %j is refused',
    async (scope) => {
      const form = { grant_type: 'client_credentials', scope };
      expect(refusalOf(await post(oauthApp(), { form }))).toEqual([
        400,
        'invalid_scope',
        'ERR_SCOPE',
      ]);
    },
  );

  test('a client without scopes may ask for none, and gets none', async () => {
    const app = oauthApp({ verifier: { verify: () => Promise.resolve({ clientId: 'reports' }) } });
    expect(Object.keys((await post(app)).body as object)).not.toContain('scope');
    const form = { grant_type: 'client_credentials', scope: 'a' };
    expect(refusalOf(await post(app, { form }))[2]).toBe('ERR_SCOPE');
  });

  test('a wrong secret is refused before the scope is compared', async () => {
    const form = { grant_type: 'client_credentials', scope: 'admin' };
    const res = await post(oauthApp(), { form, authorization: basic('reports', 'wrong-secret') });
    expect(refusalOf(res)[2]).toBe('ERR_INVALID_CLIENT');
  });
});
