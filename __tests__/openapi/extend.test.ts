import express from 'express';
import { requireJwt } from 'express-client-jwt';
import { extendOpenApi } from 'express-client-jwt/openapi';

import { testAuth } from '../support/app';
import { lint, type Operation } from '../support/openapi';

const handler: express.RequestHandler = (_req, res) => {
  res.end();
};
const responses = { 200: { description: 'Done.' }, '4XX': { description: 'Refused.' } };
const operation = (operationId: string, more: object = {}) => ({
  ...{ operationId, summary: operationId, responses, ...more },
});
const id = { name: 'reportId', in: 'path', required: true, schema: { type: 'string' } };

const OWN = {
  openapi: '3.1.1',
  info: { title: 'Reports', version: '7.0.0' },
  servers: [{ url: '/' }],
  paths: {
    '/health': { get: operation('health', { security: [] }) },
    '/reports/{reportId}': {
      parameters: [id],
      get: operation('readReport'),
      delete: operation('deleteReport', { security: [{ own: [] }] }),
    },
  },
  components: { securitySchemes: { own: { type: 'apiKey', name: 'x-key', in: 'header' } } },
};

function setUp() {
  const auth = testAuth({ oauth: true });
  const app = express();
  app.use(auth);
  app.get('/health', handler);
  app
    .route('/reports/:id')
    .all(requireJwt({ scope: 'reports:read' }))
    .get(handler)
    .delete(handler);
  app.get('/internal', requireJwt(), handler);
  app.get(/^\/pattern/, requireJwt(), handler);
  return { auth, app };
}

const pathsOf = (document: object) =>
  (document as { paths: Record<string, Record<string, Operation>> }).paths;

test('adds the endpoints and the schemes to a document, and keeps what it has', () => {
  const { auth, app } = setUp();
  const before = structuredClone(OWN);
  const document = extendOpenApi(OWN, auth, app);
  expect(OWN).toEqual(before);
  expect(document.info).toBe(OWN.info);
  expect(Object.keys(pathsOf(document))).toEqual([
    ...['/health', '/reports/{reportId}'],
    ...['/auth/jwt', '/oauth/token', '/oauth/introspect'],
  ]);
  expect(Object.keys(document.components.securitySchemes)).toEqual([
    ...['bearerAuth', 'oauth2', 'clientSecretBasic', 'own'],
  ]);
  expect(lint(document)).toEqual([]);
});

test('fills in the security of guarded operations, and keeps one that is there', () => {
  const { auth, app } = setUp();
  const paths = pathsOf(extendOpenApi(OWN, auth, app));
  const scopes = ['reports:read'];
  expect(paths['/reports/{reportId}']?.get?.security).toEqual([
    { bearerAuth: scopes },
    { oauth2: scopes },
  ]);
  expect(paths['/reports/{reportId}']?.delete?.security).toEqual([{ own: [] }]);
  expect(paths['/health']?.get?.security).toEqual([]);
});

test('without the app, no security is filled in', () => {
  const { auth } = setUp();
  const paths = pathsOf(extendOpenApi(OWN, auth));
  expect(paths['/reports/{reportId}']?.get?.security).toBeUndefined();
  expect(paths['/auth/jwt']).toBeDefined();
});

test('the paths of a document begin at its server, and others name the root', () => {
  const auth = testAuth();
  const app = express();
  app.use(auth);
  app.get('/v1/reports/:id', requireJwt(), handler);
  const servers = [{ url: 'https://api.example.com/v1/' }];
  const paths = pathsOf(extendOpenApi({ ...OWN, servers }, auth, app));
  expect(paths['/reports/{reportId}']?.get?.security).toEqual([{ bearerAuth: [] }]);
  expect(paths['/auth/jwt']).toMatchObject({ servers: [{ url: 'https://api.example.com/' }] });
});

test('the endpoints of an auth below the server are relative to it', () => {
  const auth = testAuth();
  const app = express();
  app.use('/v1', auth);
  const document = extendOpenApi({ ...OWN, servers: [{ url: '/v1' }] }, auth, app);
  expect(pathsOf(document)['/auth/jwt']).not.toHaveProperty('servers');
});

test('a definition of the document wins, and an operation ID is used once', () => {
  const auth = testAuth();
  const bearerAuth = { type: 'http', scheme: 'bearer', description: 'Ours.' };
  const own = {
    ...OWN,
    tags: [{ name: 'Authentication', description: 'Ours.' }],
    paths: {
      '/other': { get: operation('getAccessToken') },
      '/auth/jwt': { get: operation('ours') },
    },
    components: { securitySchemes: { bearerAuth } },
  };
  const document = extendOpenApi(own, auth);
  expect(document.tags).toEqual(own.tags);
  expect(document.components.securitySchemes.bearerAuth).toEqual(bearerAuth);
  expect(pathsOf(document)['/auth/jwt']?.get).toEqual(operation('ours'));
  expect(pathsOf(document)['/auth/jwt']?.post?.operationId).toBe('postAccessToken');
});

test('a second auth in one document leaves out the operation IDs that are taken', () => {
  const [first, second] = [testAuth(), testAuth({ path: '/other/jwt' })];
  const paths = pathsOf(extendOpenApi(extendOpenApi(OWN, first), second));
  expect(paths['/auth/jwt']?.get?.operationId).toBe('getAccessToken');
  expect(paths['/other/jwt']?.get?.operationId).toBeUndefined();
});

test('extends a document that has neither paths nor components', () => {
  const document = extendOpenApi({ openapi: '3.1.0', info: OWN.info }, testAuth());
  expect(Object.keys(pathsOf(document))).toEqual(['/auth/jwt']);
});

describe('the security of an operation', () => {
  const securityOf = (own: object, path: string, setUpApp: (app: express.Express) => void) => {
    const auth = testAuth();
    const app = express();
    app.use(auth);
    setUpApp(app);
    const paths = { [path]: { get: operation('read') } };
    const document = extendOpenApi({ ...OWN, paths, ...own }, auth, app);
    return pathsOf(document)[path]?.get?.security;
  };

  test('is required beside the security of the whole document', () => {
    const own = { security: [{ apiKey: [], mtls: [] }, { session: [] }] };
    const security = securityOf(own, '/x', (app) => app.get('/x', requireJwt(), handler));
    expect(security).toEqual([
      { apiKey: [], mtls: [], bearerAuth: [] },
      { session: [], bearerAuth: [] },
    ]);
  });

  test.each([
    ['a slash at its end', '/x/', '/x'],
    ['another case', '/X', '/x'],
    ['an optional parameter, without it', '/o', '/o{/:id}'],
    ['an optional parameter, with it', '/o/{id}', '/o{/:id}'],
  ])('is found for a path with %s', (_title, path, route) => {
    expect(securityOf({}, path, (app) => app.get(route, requireJwt(), handler))).toEqual([
      { bearerAuth: [] },
    ]);
  });

  test('is found for a path below a guarded function', () => {
    const security = securityOf({}, '/files/{name}', (app) => {
      app.use('/files', requireJwt({ scope: 'files' }), express.static('.'));
    });
    expect(security).toEqual([{ bearerAuth: ['files'] }]);
  });

  test.each<[string, string, (app: express.Express) => void]>([
    [
      'an earlier open route with the same path',
      '/x',
      (app) => app.get('/x', handler).get('/x', requireJwt(), handler),
    ],
    [
      'an earlier open route with a parameter',
      '/pub/x',
      (app) => app.get('/pub/:id', handler).get('/pub/x', requireJwt(), handler),
    ],
    [
      'an open function at the path',
      '/files/{name}',
      (app) => app.use('/files', express.static('.')),
    ],
  ])('is not filled in for %s, which gets the requests', (_title, path, setUpApp) => {
    expect(securityOf({}, path, setUpApp)).toBeUndefined();
  });
});

test('throws if the document has a scheme of the same name and another type', () => {
  const bearerAuth = { type: 'apiKey', in: 'header', name: 'x' };
  const own = { ...OWN, components: { securitySchemes: { bearerAuth } } };
  expect(() => extendOpenApi(own, testAuth())).toThrow(
    'extendOpenApi: document has a security scheme bearerAuth of another type. Give it another name.',
  );
});
