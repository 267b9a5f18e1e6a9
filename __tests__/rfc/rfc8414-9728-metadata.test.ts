/** RFC 8414: OAuth 2.0 Authorization Server Metadata; RFC 9728: OAuth 2.0 Protected Resource Metadata. */
import { generateKeyPairSync } from 'node:crypto';

import express from 'express';
import { createJwtGuard, memoryRevocations, requireJwt } from 'express-client-jwt';
import request from 'supertest';

import { guardedApp, testAuth } from '../support/app';
import { KEY, mint } from '../support/mint';
import { ISSUER, oauthApp } from '../support/oauth';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PATH = '/.well-known/oauth-authorization-server';
const METHODS = ['client_secret_basic', 'client_secret_post'];
const MINIMUM = {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/oauth/token`,
  token_endpoint_auth_methods_supported: METHODS,
  grant_types_supported: ['client_credentials'],
  response_types_supported: [],
  introspection_endpoint: `${ISSUER}/oauth/introspect`,
  introspection_endpoint_auth_methods_supported: METHODS,
};

describe('RFC 8414 §2: the metadata lists exactly what is switched on', () => {
  test('with oauth alone', async () => {
    const res = await request(oauthApp()).get(PATH);
    expect([res.status, res.headers['cache-control']]).toEqual([200, 'public, max-age=300']);
    expect(res.body).toEqual(MINIMUM);
  });

  test('with keys, revocations, other paths and more members', async () => {
    const app = oauthApp({
      keys: privateKey,
      jwks: { path: '/keys' },
      revocations: memoryRevocations(),
      oauth: {
        tokenPath: '/token',
        metadata: { scopes_supported: ['a'], authorization_endpoint: `${ISSUER}/none` },
      },
    });
    expect((await request(app).get(PATH)).body).toEqual({
      ...MINIMUM,
      token_endpoint: `${ISSUER}/token`,
      jwks_uri: `${ISSUER}/keys`,
      revocation_endpoint: `${ISSUER}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: METHODS,
      scopes_supported: ['a'],
      authorization_endpoint: `${ISSUER}/none`,
    });
  });

  test('URLs come from the issuer, and never from the request', async () => {
    const app = oauthApp().set('trust proxy', true);
    const res = await request(app)
      .get(PATH)
      .set('Host', 'evil.example.com')
      .set('X-Forwarded-Host', 'evil.example.com')
      .set('X-Forwarded-Proto', 'gopher');
    expect(res.body).toEqual(MINIMUM);
  });

  test('an issuer that is a name has no metadata', async () => {
    expect((await request(oauthApp({ issuer: 'reports-api' })).get(PATH)).status).toBe(404);
  });

  test('without oauth there is no metadata', async () => {
    const app = guardedApp(testAuth({ issuer: ISSUER, keys: privateKey, jwks: true }));
    expect((await request(app).get(PATH)).status).toBe(404);
  });
});

describe('options that are refused at start', () => {
  const MUST = 'an https URL without query, fragment or password (http on localhost)';
  test.each([
    'http://api.example.com',
    'https://api.example.com?x=1',
    'https://api.example.com#x',
    'https://user:pass@api.example.com',
    'ftp://api.example.com',
    'https://',
  ])('the issuer %s', (issuer) => {
    expect(() => testAuth({ oauth: true, issuer })).toThrow(
      `createJwtAuth: issuer must be ${MUST}; it is "${issuer}".`,
    );
  });

  test.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
    'but not the issuer %s',
    async (issuer) => {
      const body: unknown = (await request(oauthApp({ issuer })).get(PATH)).body;
      expect((body as { token_endpoint: string }).token_endpoint).toBe(`${issuer}/oauth/token`);
    },
  );

  test.each(['/mcp', 'api.example.com', 'http://api.example.com', 'https://api.example.com/#x'])(
    'the resource %s',
    (resource) => {
      expect(() => testAuth({ resource, issuer: ISSUER })).toThrow(
        `createJwtAuth: resource must be ${MUST}; it is "${resource}".`,
      );
    },
  );

  test('a resource without an issuer', () => {
    expect(() => testAuth({ resource: ISSUER })).toThrow(
      'createJwtAuth: resource needs the option issuer, a URL that its document names.',
    );
    expect(() => createJwtGuard({ keys: KEY, resource: ISSUER, issuer: 'a-name' })).toThrow(
      `createJwtGuard: issuer must be ${MUST}; it is "a-name".`,
    );
  });

  test.each(['issuer', 'token_endpoint', 'response_types_supported'])(
    'metadata that sets %s',
    (name) => {
      const oauth = { metadata: { [name]: 'https://evil.example.com' } };
      expect(() => testAuth({ oauth, issuer: ISSUER })).toThrow(
        `createJwtAuth: oauth.metadata cannot set ${name}. Leave it out.`,
      );
    },
  );

  test('metadata without an issuer that is a URL', () => {
    expect(() => testAuth({ oauth: { metadata: { a: 1 } } })).toThrow(
      'createJwtAuth: oauth.metadata needs an issuer that is a URL.',
    );
  });

  test('metadata that cannot become JSON', () => {
    const metadata = { a: 1n };
    expect(() => testAuth({ oauth: { metadata }, issuer: ISSUER })).toThrow(
      'createJwtAuth: oauth: metadata must be an object that can become JSON',
    );
  });

  test('two endpoints with one path', () => {
    expect(() => testAuth({ oauth: { tokenPath: '/Auth/JWT' }, issuer: ISSUER })).toThrow(
      'createJwtAuth: two endpoints have the path /Auth/JWT. Give each its own path.',
    );
  });
});

describe('RFC 8414 §3.1: the document of an issuer with a path is at the root of the host', () => {
  const issuer = `${ISSUER}/v1`;
  const auth = () => testAuth({ oauth: true, issuer });

  test('wellKnown serves it there', async () => {
    const mounted = auth();
    const app = express();
    app.use(mounted.wellKnown);
    app.use('/v1', mounted);
    const body: unknown = (await request(app).get(`${PATH}/v1`)).body;
    expect(body).toMatchObject({ issuer, token_endpoint: `${issuer}/oauth/token` });
    expect((await request(app).get(PATH)).status).toBe(404);
  });

  const warnings = async (use: (mounted: ReturnType<typeof auth>) => void) => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation();
    use(auth());
    await new Promise(setImmediate);
    const calls = warn.mock.calls.map(([message]) => String(message));
    warn.mockRestore();
    return calls;
  };

  test('a warning at start says so if the app does not mount it', async () => {
    expect(await warnings(() => undefined)).toEqual([
      "express-client-jwt: issuer has the path /v1, but clients look for its metadata at the root of the host. Add above app.use('/v1', auth): app.use(auth.wellKnown)",
    ]);
  });

  test('there is no warning if the app mounts it', async () => {
    expect(await warnings(({ wellKnown }) => express().use(wellKnown))).toEqual([]);
  });
});

describe('RFC 9728: protected resource metadata', () => {
  const resource = 'https://api.example.com/mcp';
  const document = {
    resource,
    authorization_servers: [ISSUER],
    bearer_methods_supported: ['header'],
  };
  const url = 'https://api.example.com/.well-known/oauth-protected-resource/mcp';

  test.each([
    ['createJwtAuth', () => guardedApp(testAuth({ resource, issuer: ISSUER }))],
    [
      'createJwtGuard',
      () => express().use(createJwtGuard({ keys: KEY, resource, issuer: ISSUER })),
    ],
  ])(
    '§3.1: %s serves the document with the path of the resource at its end',
    async (_name, app) => {
      const res = await request(app()).get('/.well-known/oauth-protected-resource/mcp');
      expect([res.status, res.body, res.headers['cache-control']]).toEqual([
        ...[200, document, 'public, max-age=300'],
      ]);
    },
  );

  test('§3.1: a resource without a path has its document without one', async () => {
    const app = guardedApp(testAuth({ resource: ISSUER, issuer: ISSUER }));
    const body: unknown = (await request(app).get('/.well-known/oauth-protected-resource')).body;
    expect(body).toMatchObject({ resource: ISSUER });
  });

  test('wellKnown serves the document for a guard below a path', async () => {
    const guard = createJwtGuard({ keys: KEY, resource, issuer: ISSUER });
    const app = express().use(guard.wellKnown).use('/mcp', guard);
    const res = await request(app).get('/.well-known/oauth-protected-resource/mcp');
    expect(res.body).toEqual(document);
  });

  test.each([
    ['no token', undefined, 401, 'Bearer realm="api"'],
    ['a malformed header', 'Bearer', 400, 'Bearer realm="api", error="invalid_request"'],
    [
      'an expired token',
      `Bearer ${mint({ iss: ISSUER, aud: resource, exp: 1 })}`,
      401,
      'error="invalid_token"',
    ],
    [
      'too few scopes',
      `Bearer ${mint({ iss: ISSUER, aud: resource })}`,
      403,
      'error="insufficient_scope"',
    ],
  ])('§5.1: the challenge for %s names the document', async (_title, header, status, begin) => {
    const app = express().use(createJwtGuard({ keys: KEY, resource, issuer: ISSUER }));
    app.get('/', requireJwt({ scope: 'a' }), (_req, res) => void res.end());
    const sent = request(app).get('/').set('Host', 'evil.example.com');
    const res = await (header === undefined ? sent : sent.set('Authorization', header));
    const challenge = res.headers['www-authenticate'];
    expect(res.status).toBe(status);
    expect(challenge).toContain(begin);
    expect(challenge).toMatch(new RegExp(`, resource_metadata="${url.replaceAll('.', '\\.')}"`));
  });

  test('the challenge of a refused client at the token endpoint names no resource', async () => {
    const res = await request(oauthApp({ resource })).post('/oauth/token').type('form').send('a=b');
    expect(res.headers['www-authenticate']).toBe('Basic realm="api"');
  });
});
