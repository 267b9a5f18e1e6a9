/** RFC 9068: JSON Web Token Profile for OAuth 2.0 Access Tokens; RFC 8707: Resource Indicators. */
import express from 'express';
import { createJwtGuard, requireJwt, type JwtGuardOptions } from 'express-client-jwt';
import { decode } from 'jsonwebtoken';
import request from 'supertest';

import { callGuarded, testAuth } from '../support/app';
import { KEY, mint, type Json } from '../support/mint';
import { basic, ISSUER, issue, oauthApp, post, refusalOf } from '../support/oauth';

const audience = 'https://a.example.com';
const profile = { tokenProfile: 'rfc9068', audience } as const;
const claims = { iss: ISSUER, aud: audience };

describe('§2: issuing', () => {
  test('a token has typ at+jwt and every required claim', async () => {
    const token = decode(await issue(oauthApp(profile)), { complete: true });
    expect(token?.header).toEqual({ alg: 'HS256', typ: 'at+jwt' });
    expect(token?.payload).toMatchObject({
      ...{ iss: ISSUER, aud: audience, sub: 'reports', client_id: 'reports' },
      ...{ exp: expect.any(Number) as number, iat: expect.any(Number) as number },
      jti: expect.any(String) as string,
    });
  });

  test.each([{ issuer: ISSUER }, { audience }, {}])(
    '%j is too little for the profile',
    (options) => {
      expect(() => testAuth({ tokenProfile: 'rfc9068', ...options })).toThrow(
        'createJwtAuth: tokenProfile "rfc9068" needs the options issuer and audience.',
      );
    },
  );
});

describe('§4: validating', () => {
  const app = () => oauthApp(profile);
  const codeOf = async (changes: Json, header: Json) => {
    const res = await callGuarded(app(), mint({ ...claims, ...changes }, header));
    return refusalOf(res)[2] ?? res.status;
  };

  test('its own tokens are accepted', async () => {
    const served = app();
    expect((await callGuarded(served, await issue(served))).status).toBe(200);
  });

  test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+jwt'])(
    'accepts the type %s',
    async (typ) => {
      expect(await codeOf({}, { typ })).toBe(200);
    },
  );

  test.each(['JWT', undefined, 'at+jwt2', 'application/application/at+jwt', 7, null])(
    'rejects the type %p',
    async (typ) => {
      expect(await codeOf({}, { typ })).toBe('ERR_TOKEN_TYPE');
    },
  );

  test.each(['iss', 'aud', 'client_id', 'jti', 'sub', 'exp', 'iat'])(
    'rejects a token without %s',
    async (name) => {
      expect(await codeOf({ [name]: undefined }, { typ: 'at+jwt' })).toMatch(/^ERR_TOKEN_CLAIMS$/);
    },
  );
});

test('without the profile, an issuer accepts its own typ alone', async () => {
  for (const [typ, expected] of [
    ['JWT', 200],
    [undefined, 200],
    ['jwt', 401],
    ['at+jwt', 401],
  ]) {
    const res = await callGuarded(oauthApp(), mint({ iss: ISSUER }, { typ }));
    expect([typ, res.status]).toEqual([typ, expected]);
  }
});

describe('a guard for other issuers', () => {
  const statusFor = async (header: Json, options: Partial<JwtGuardOptions> = {}) => {
    const app = express().use(createJwtGuard({ keys: KEY, issuer: ISSUER, audience, ...options }));
    app.get('/', requireJwt(), (_req, res) => void res.end());
    const token = mint(claims, header);
    return (await request(app).get('/').set('Authorization', `Bearer ${token}`)).status;
  };

  test.each(['JWT', 'jwt', undefined, 'at+jwt', 'application/AT+JWT'])(
    'accepts the type %p by default',
    async (typ) => {
      expect(await statusFor({ typ })).toBe(200);
    },
  );

  test.each(['dpop+jwt', 'logout+jwt', 'secevent+jwt', ''])('rejects the type %p', async (typ) => {
    expect(await statusFor({ typ })).toBe(401);
  });

  test('accepts what tokenProfile says', async () => {
    expect(await statusFor({ typ: 'JWT' }, { tokenProfile: 'rfc9068' })).toBe(401);
    expect(await statusFor({ typ: 'at+jwt' }, { tokenProfile: 'rfc9068' })).toBe(200);
    expect(await statusFor({ typ: 'at+jwt' }, { tokenProfile: 'jwt' })).toBe(401);
  });
});

test.each([{ issuer: ISSUER }, { audience }])(
  'a guard with %j is too little for the profile',
  (options) => {
    expect(() => createJwtGuard({ keys: KEY, tokenProfile: 'rfc9068', ...options })).toThrow(
      'createJwtGuard: tokenProfile "rfc9068" needs the options issuer and audience.',
    );
  },
);

describe('RFC 8707 §2: resource', () => {
  const A = 'https://a.example.com';
  const B = 'https://b.example.com';
  const ask = (options: object, ...resources: string[]) =>
    post(oauthApp(options), {
      form: ['grant_type=client_credentials', ...resources.map((each) => `resource=${each}`)].join(
        '&',
      ),
    });
  const tokenOf = async (...args: Parameters<typeof ask>) =>
    ((await ask(...args)).body as { access_token: string }).access_token;
  const audOf = async (...args: Parameters<typeof ask>) =>
    (decode(await tokenOf(...args)) as { aud?: unknown }).aud;

  test.each<[string, object, string[], unknown]>([
    ['one of several', { audience: [A, B] }, [A], A],
    ['all of several', { audience: [A, B] }, [B, A], [A, B]],
    ['two of three', { audience: [A, B, ISSUER] }, [A, B], [A, B]],
    ['none', { audience: [A, B] }, [], [A, B]],
    ['the only audience', { audience: A }, [A], A],
    ['the option resource, which is the audience if there is no other', { resource: A }, [A], A],
    ['none, with the option resource', { resource: A }, [], A],
  ])('a token for %s has that audience', async (_title, options, resources, aud) => {
    expect(await audOf(options, ...resources)).toEqual(aud);
  });

  test.each([
    ['another resource', { audience: [A, B] }, ['https://c.example.com']],
    ['another one beside one of ours', { audience: [A, B] }, [A, 'https://c.example.com']],
    ['a longer one', { audience: A }, [`${A}/x`]],
    ['a resource of an issuer without an audience', {}, [A]],
  ])('%s is refused', async (_title, options, resources) => {
    expect(refusalOf(await ask(options, ...resources))).toEqual([
      ...[400, 'invalid_target', 'ERR_TARGET'],
    ]);
  });

  test('a wrong secret is refused before the resource is compared', async () => {
    const form = { grant_type: 'client_credentials', resource: 'https://c.example.com' };
    const res = await post(oauthApp({ audience: A }), {
      form,
      authorization: basic('reports', 'wrong-one'),
    });
    expect(refusalOf(res)[2]).toBe('ERR_INVALID_CLIENT');
  });

  test('an issuer that is itself a resource refuses tokens for another one', async () => {
    const app = oauthApp({ audience: [A, B], resource: A });
    const form = (resource: string) => ({ resource });
    expect((await callGuarded(app, await issue(app, form(A)))).status).toBe(200);
    expect((await callGuarded(app, await issue(app))).status).toBe(200);
    expect(refusalOf(await callGuarded(app, await issue(app, form(B))))[2]).toBe(
      'ERR_TOKEN_AUDIENCE',
    );
  });

  test('an audience without the resource is refused at start', () => {
    expect(() => testAuth({ issuer: ISSUER, audience: B, resource: A })).toThrow(
      `createJwtAuth: audience must include the resource ${A}, or be left out.`,
    );
  });
});
