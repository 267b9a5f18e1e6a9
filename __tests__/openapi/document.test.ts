import { generateKeyPairSync } from 'node:crypto';

import express from 'express';
import {
  createJwtGuard,
  memoryRevocations,
  requireJwt,
  type JwtAuthOptions,
} from 'express-client-jwt';
import { extendOpenApi, openApiDocument } from 'express-client-jwt/openapi';

import { testAuth } from '../support/app';
import { KEY } from '../support/mint';
import { ISSUER } from '../support/oauth';
import { faultsOf, lint, type Operation } from '../support/openapi';

type Items = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const handler: express.RequestHandler = (_req, res) => {
  res.end();
};
const EVERYTHING: Partial<JwtAuthOptions> = {
  keys: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  ...{ oauth: true, jwks: true, issuer: ISSUER, resource: ISSUER },
  revocations: memoryRevocations(),
  throttle: { failures: 10, windowSeconds: 60 },
};
/** What Redocly finds: a public document has no refusal, and the components are for the routes of the app. */
const isAccepted = (problem: string) =>
  problem.startsWith('operation-4xx-response #/paths/~1.well-known') ||
  problem.startsWith('no-unused-components');
const pathsOf = ({ paths }: { readonly paths?: object }) => paths as Items;

function guardedApp(auth: express.RequestHandler): express.Express {
  const app = express();
  app.use(auth);
  app.get('/health', handler);
  app.get('/reports/:id', requireJwt({ scope: 'reports:read' }), handler);
  app.get('/news', requireJwt({ optional: true }), handler);
  app.get(/^\/pattern/, requireJwt(), handler);
  app.all('/any', requireJwt(), handler);
  return app;
}

test('describes the token route alone if no other endpoint is on', () => {
  const document = openApiDocument(testAuth(), { title: 'Reports', version: '2.0.0' });
  expect(Object.keys(pathsOf(document))).toEqual(['/auth/jwt']);
  expect(Object.keys(pathsOf(document)['/auth/jwt'] ?? {})).toEqual(['get', 'post']);
  expect(document.info).toEqual({ title: 'Reports', version: '2.0.0' });
  expect(document.components).toEqual({
    securitySchemes: { bearerAuth: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
  });
  expect(lint(document).filter((each) => !isAccepted(each))).toEqual([]);
});

test('describes every endpoint that is on, validly', () => {
  const auth = testAuth(EVERYTHING);
  const document = openApiDocument(auth, {}, guardedApp(auth));
  expect(Object.keys(pathsOf(document)).sort()).toEqual([
    '/.well-known/jwks.json',
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-protected-resource',
    ...['/any', '/auth/jwt', '/news'],
    ...['/oauth/introspect', '/oauth/revoke', '/oauth/token', '/reports/{id}'],
  ]);
  expect(lint(document).filter((each) => !isAccepted(each))).toEqual([]);
});

test('the linter finds a mistake in the same document', () => {
  const document = openApiDocument(testAuth());
  expect(lint({ ...document, paths: { '/x': { get: { responses: {} } } } })).not.toEqual([]);
});

test('every example matches its schema', () => {
  const document = openApiDocument(testAuth(EVERYTHING));
  let count = 0;
  for (const item of Object.values(pathsOf(document)))
    for (const { responses } of Object.values(item))
      for (const { content } of Object.values(responses)) {
        const { schema, examples = {} } = content?.['application/json'] ?? {};
        for (const { value } of Object.values(examples)) {
          expect(faultsOf(schema, value)).toBe('');
          count += 1;
        }
      }
  expect(count).toBeGreaterThan(30);
});

test('the security of a guarded route names its scopes, with OAuth as an alternative', () => {
  const auth = testAuth(EVERYTHING);
  const document = openApiDocument(auth, {}, guardedApp(auth));
  const paths = pathsOf(document);
  const scopes = ['reports:read'];
  expect(paths['/reports/{id}']?.get?.security).toEqual([
    { bearerAuth: scopes },
    { oauth2: scopes },
  ]);
  expect(paths['/news']?.get?.security).toEqual([{ bearerAuth: [] }, { oauth2: [] }, {}]);
  expect(paths['/auth/jwt']?.get?.security).toEqual([]);
  expect(paths['/oauth/token']?.post?.security).toEqual([{ clientSecretBasic: [] }, {}]);
  expect(document.components).toMatchObject({
    securitySchemes: {
      oauth2: {
        type: 'oauth2',
        flows: {
          clientCredentials: {
            tokenUrl: `${ISSUER}/oauth/token`,
            scopes: { 'reports:read': 'Required by a route.' },
          },
        },
      },
    },
  });
});

test('without a URL as issuer, the token URL is the path', () => {
  const { components } = openApiDocument(testAuth({ oauth: true }));
  expect(components).toMatchObject({
    securitySchemes: { oauth2: { flows: { clientCredentials: { tokenUrl: '/oauth/token' } } } },
  });
});

test('the paths begin with the mount of auth, and documents at the root stay there', () => {
  const issuer = `${ISSUER}/v1`;
  const auth = testAuth({ ...EVERYTHING, issuer, resource: issuer });
  const app = express();
  app.use(auth.wellKnown);
  app.use('/v1', auth);
  expect(Object.keys(pathsOf(openApiDocument(auth, {}, app))).sort()).toEqual([
    '/.well-known/oauth-authorization-server/v1',
    '/.well-known/oauth-protected-resource/v1',
    ...['/v1/.well-known/jwks.json', '/v1/auth/jwt'],
    ...['/v1/oauth/introspect', '/v1/oauth/revoke', '/v1/oauth/token'],
  ]);
});

test('paths that differ only in names share one path, and IDs are used once', () => {
  const auth = testAuth();
  const app = express();
  app.use(auth);
  app.get('/x/:a', requireJwt(), handler);
  app.post('/x/:b', requireJwt(), handler);
  app.get('/a-b', requireJwt(), handler);
  app.get('/a/b', requireJwt(), handler);
  const inner = express.Router({ mergeParams: true });
  inner.get('/:id', requireJwt(), handler);
  app.use('/t/:id', inner);
  const document = openApiDocument(auth, {}, app);
  expect(Object.keys(pathsOf(document)).slice(0, 4)).toEqual([
    ...['/x/{a}', '/a-b', '/a/b', '/t/{id}/{id2}'],
  ]);
  expect(Object.keys(pathsOf(document)['/x/{a}'] ?? {})).toEqual(['get', 'post']);
  const problems = lint(document).filter((each) => !isAccepted(each));
  expect(problems).toEqual([expect.stringContaining('operation-operationId')]);
});

test('a mount with a parameter is described with it', () => {
  const auth = testAuth();
  const app = express();
  app.use('/:tenant', auth);
  const document = openApiDocument(auth, {}, app);
  expect(Object.keys(pathsOf(document))).toEqual(['/{tenant}/auth/jwt']);
  expect(lint(document).filter((each) => !isAccepted(each))).toEqual([]);
});

test('with errors: next, the bodies of refusals are left to the app', () => {
  const paths = pathsOf(openApiDocument(testAuth({ errors: 'next' })));
  const responses = paths['/auth/jwt']?.get?.responses ?? {};
  expect(responses[200]?.content).toBeDefined();
  expect(responses[403]?.content).toBeUndefined();
});

test('describes a guard: its document and the routes behind it', () => {
  const guard = createJwtGuard({ keys: KEY, issuer: ISSUER, resource: `${ISSUER}/api` });
  const document = openApiDocument(guard, {}, guardedApp(guard));
  expect(Object.keys(pathsOf(document)).sort()).toEqual([
    '/.well-known/oauth-protected-resource/api',
    ...['/any', '/news', '/reports/{id}'],
  ]);
  expect(lint(document).filter((each) => !isAccepted(each))).toEqual([]);
});

test.each<[string, () => unknown, string]>([
  [
    'openApiDocument for what is no auth',
    () => openApiDocument({} as never),
    'openApiDocument: auth must be the result of createJwtAuth() or createJwtGuard(), of the same copy',
  ],
  [
    'openApiDocument for an app that does not mount auth',
    () => openApiDocument(testAuth(), {}, express()),
    'openApiDocument: app does not mount auth, or does so in an app below it, which cannot be inspected.',
  ],
  [
    'openApiDocument for what is no app',
    () => openApiDocument(testAuth(), {}, {}),
    'openApiDocument: pass an Express app or router.',
  ],
  [
    'extendOpenApi for a document of OpenAPI 3.0',
    () => extendOpenApi({ openapi: '3.0.3' }, testAuth()),
    'extendOpenApi: document must be an OpenAPI 3.1 document.',
  ],
  [
    'extendOpenApi for a document of Swagger 2.0',
    () => extendOpenApi({ swagger: '2.0' } as never, testAuth()),
    'extendOpenApi: document must be an OpenAPI 3.1 document.',
  ],
  [
    'extendOpenApi for what is no document',
    () => extendOpenApi('3.1.0' as never, testAuth()),
    'extendOpenApi: document must be an OpenAPI 3.1 document.',
  ],
])('throws in %s', (_title, act, message) => {
  expect(act).toThrow(TypeError);
  expect(act).toThrow(message);
});
