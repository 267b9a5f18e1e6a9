/** Provokes every response that the document has, and compares it with its description. */
import { generateKeyPairSync } from 'node:crypto';

import {
  bcryptVerifier,
  JwtAuthError,
  memoryRevocations,
  type ClientVerifier,
  type JwtAuthOptions,
} from 'express-client-jwt';
import { openApiDocument } from 'express-client-jwt/openapi';
import request, { type Response } from 'supertest';

import { getToken, guardedApp, testAuth } from '../support/app';
import { HASH, reports, SECRET } from '../support/clients';
import { takeDifferences } from '../support/described-responses';
import { basic, ISSUER, issue, post } from '../support/oauth';
import { differencesFrom, type Operation } from '../support/openapi';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const OPTIONS: Partial<JwtAuthOptions> = {
  ...{ keys, oauth: true, jwks: true, issuer: ISSUER, resource: ISSUER },
  throttle: { failures: 3, windowSeconds: 60 },
};
const clients = [reports(), { clientId: 'other', secrets: [{ hash: HASH }] }];
const failing = (error: Error): ClientVerifier => ({ verify: () => Promise.reject(error) });
const OVERLOADED = failing(new JwtAuthError('ERR_OVERLOADED'));
const BROKEN = failing(new Error('the database is down'));

function setUp(options: Partial<JwtAuthOptions> = {}) {
  const auth = testAuth({
    ...OPTIONS,
    verifier: bcryptVerifier(clients),
    revocations: memoryRevocations(),
    onEvent: () => undefined,
    ...options,
  });
  return { auth, app: guardedApp(auth) };
}

/** A store of clients that works until a token is issued, and then fails. */
function flaky(): Pick<JwtAuthOptions, 'verifier' | 'clientCacheSeconds' | 'maxStaleSeconds'> {
  const good = bcryptVerifier(clients);
  const find = () => Promise.reject(new Error('down'));
  const verify: ClientVerifier['verify'] = (sent, context) => good.verify(sent, context);
  return { verifier: { ...good, verify, find }, clientCacheSeconds: 0, maxStaleSeconds: 0 };
}

const down = {
  isRevoked: () => false,
  revoke: () => Promise.reject(new Error('down')),
};

const wrong = { authorization: basic('reports', 'wrong') };
type App = ReturnType<typeof guardedApp>;
type Provoke = (app: App) => PromiseLike<Response>;
/** One row per documented response: the endpoint, the code or 200, and how to provoke it. */
interface Row {
  readonly endpoint: string;
  readonly code: string;
  readonly provoke: Provoke;
  readonly options?: Partial<JwtAuthOptions> | undefined;
}
const row = (
  endpoint: string,
  code: string,
  provoke: Provoke,
  options?: Partial<JwtAuthOptions>,
): Row => ({ endpoint, code, provoke, options });

const headerRows = (method: 'get' | 'post'): Row[] => {
  const send = (app: App, secret = SECRET) =>
    request(app)[method]('/auth/jwt').set({ 'client-id': 'reports', 'client-secret': secret });
  const endpoint = `${method} /auth/jwt`;
  return [
    row(endpoint, '200', (app) => send(app)),
    row(endpoint, 'ERR_CREDENTIALS_MALFORMED', (app) => request(app)[method]('/auth/jwt')),
    row(endpoint, 'ERR_INVALID_CLIENT', (app) => send(app, 'wrong')),
    row(endpoint, 'ERR_SERVER', (app) => send(app), { verifier: BROKEN }),
    row(endpoint, 'ERR_OVERLOADED', (app) => send(app), { verifier: OVERLOADED }),
    row(endpoint, 'ERR_THROTTLED', async (app) => {
      for (let count = 0; count < 3; count += 1) await send(app, 'wrong');
      return send(app);
    }),
  ];
};

const oauthRows = (path: string, form: Record<string, string>): Row[] => {
  const endpoint = `post ${path}`;
  const send = (app: App, changes: object = {}) => post(app, { path, form, ...changes });
  return [
    row(endpoint, 'ERR_FORM_MALFORMED', (app) => send(app, { type: 'application/json' })),
    row(endpoint, 'ERR_PARAMETER_MISSING', (app) => send(app, { form: { x: 'y' } })),
    row(endpoint, 'ERR_CLIENT_AUTHENTICATION', (app) => send(app, { authorization: 'Basic =' })),
    row(endpoint, 'ERR_CLIENT_AUTHENTICATION_MISSING', (app) =>
      send(app, { authorization: undefined }),
    ),
    row(endpoint, 'ERR_INVALID_CLIENT', (app) => send(app, wrong)),
    row(endpoint, 'ERR_SERVER', (app) => send(app), { verifier: BROKEN }),
    row(endpoint, 'ERR_OVERLOADED', (app) => send(app), { verifier: OVERLOADED }),
    row(endpoint, 'ERR_THROTTLED', async (app) => {
      for (let count = 0; count < 3; count += 1) await send(app, wrong);
      return send(app);
    }),
  ];
};

const GRANT = { grant_type: 'client_credentials' };
const about = (path: string, authorization = basic()): Provoke => {
  return async (app) => post(app, { path, form: { token: await issue(app) }, authorization });
};
const [TOKEN, INTROSPECT, REVOKE] = ['/oauth/token', '/oauth/introspect', '/oauth/revoke'];
const ofDocument = (path: string) => row(`get ${path}`, '200', (app) => request(app).get(path));

const ROWS: readonly Row[] = [
  ...headerRows('get'),
  ...headerRows('post'),
  row(`post ${TOKEN}`, '200', (app) => post(app)),
  ...oauthRows(TOKEN, GRANT),
  row(`post ${TOKEN}`, 'ERR_GRANT_TYPE', (app) => post(app, { form: { grant_type: 'password' } })),
  row(`post ${TOKEN}`, 'ERR_SCOPE', (app) => post(app, { form: { ...GRANT, scope: 'admin' } })),
  row(`post ${TOKEN}`, 'ERR_TARGET', (app) =>
    post(app, { form: { ...GRANT, resource: 'https://other.example' } }),
  ),
  row(`post ${INTROSPECT}`, '200', about(INTROSPECT)),
  row(`post ${INTROSPECT}`, '200', (app) => post(app, { path: INTROSPECT, form: { token: 'x' } })),
  ...oauthRows(INTROSPECT, { token: 'x' }),
  row(`post ${INTROSPECT}`, 'ERR_CLIENTS_UNAVAILABLE', about(INTROSPECT), flaky()),
  row(`post ${INTROSPECT}`, 'ERR_REVOCATIONS_UNAVAILABLE', about(INTROSPECT), {
    revocations: { ...down, isRevoked: () => Promise.reject(new Error('down')) },
  }),
  row(`post ${REVOKE}`, '200', about(REVOKE)),
  ...oauthRows(REVOKE, { token: 'x' }),
  row(`post ${REVOKE}`, 'ERR_FOREIGN_TOKEN', about(REVOKE, basic('other'))),
  row(`post ${REVOKE}`, 'ERR_REVOCATIONS_UNAVAILABLE', about(REVOKE), { revocations: down }),
  ofDocument('/.well-known/jwks.json'),
  ofDocument('/.well-known/oauth-authorization-server'),
  ofDocument('/.well-known/oauth-protected-resource'),
];

test.each(ROWS)(
  '$endpoint responds with $code as it is documented',
  async ({ endpoint, code, provoke, options }) => {
    const { auth, app } = setUp(options);
    const res = await provoke(app);
    const { status, headers } = res;
    const body: unknown = res.body;
    const [method = '', path = ''] = endpoint.split(' ');
    const { paths } = openApiDocument(auth) as {
      paths?: Record<string, Record<string, Operation>>;
    };
    const operation = paths?.[path]?.[method] ?? { responses: {} };
    expect(differencesFrom(operation, { status, headers, body })).toEqual([]);
    expect(code === '200' ? status : (body as { code: unknown }).code).toBe(
      code === '200' ? 200 : code,
    );
  },
);

test('every documented code and status is one that a test provokes', () => {
  const { auth } = setUp();
  const paths = openApiDocument(auth).paths as Record<string, Record<string, Operation>>;
  const documented = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { responses }]) =>
      Object.entries(responses).flatMap(([status, { content }]) => {
        const codes = Object.keys(content?.['application/json']?.examples ?? {});
        return (codes.length > 0 ? codes : [status]).map((code) => `${method} ${path} ${code}`);
      }),
    ),
  );
  const provoked = new Set(ROWS.map(({ endpoint, code }) => `${endpoint} ${code}`));
  expect(documented.filter((each) => !provoked.has(each))).toEqual([]);
  expect([...provoked].filter((each) => !documented.includes(each))).toEqual([]);
});

test('every response of the test suite is compared with its description', async () => {
  const { app } = setUp();
  await getToken(app);
  await request(app).put('/auth/jwt');
  expect(takeDifferences()).toEqual({ differences: [], compared: 2 });
});

test('a response that is not documented is noticed', () => {
  const { auth } = setUp();
  const paths = openApiDocument(auth).paths as Record<string, Record<string, Operation>>;
  const operation = paths['/auth/jwt']?.get ?? { responses: {} };
  const headers = { authorization: 'Bearer a.b.c', 'cache-control': 'no-store' };
  const body = { token_type: 'Bearer', expires_in: 3600 };
  const differ = (changes: object) =>
    differencesFrom(operation, { status: 200, headers, body, ...changes });
  expect(differ({})).toEqual([]);
  expect(differ({ status: 418 })).toEqual(['the status 418 is not documented']);
  expect(differ({ headers: {} })).toEqual(['Authorization is missing']);
  expect(differ({ headers: { ...headers, 'cache-control': 'public' } })).toHaveLength(1);
  expect(differ({ body: { ...body, access_token: 'x' } })).toHaveLength(1);
  expect(differ({ body: { token_type: 'Bearer' } })).toHaveLength(1);
});
