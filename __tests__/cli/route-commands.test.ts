import express from 'express';
import { requireJwt } from 'express-client-jwt';

import { testAuth } from '../support/app';
import { cli, ok } from '../support/cli';

const handler: express.RequestHandler = (_req, res) => {
  res.end();
};

function createApp(): express.Express {
  const app = express();
  app.use(express.json(), function logger(_req, _res, next) {
    next();
  });
  app.use(testAuth({ oauth: true, issuer: 'https://api.example.com' }));
  app.get('/health', handler);
  app.get('/reports', requireJwt({ scope: 'reports:read' }), handler);
  app.get('/news', requireJwt({ optional: true }), handler);
  app.post(
    '/hook',
    function checkKey(_req, _res, next) {
      next();
    },
    handler,
  );
  app.get(
    '/late',
    function cache(_req, _res, next) {
      next();
    },
    requireJwt(),
    handler,
  );
  app.use('/files', express.static('.'));
  return app;
}

const loading = (exports: object) => ({ loadModule: () => Promise.resolve(exports) });

test('routes lists the endpoints and routes of an app with their guards', async () => {
  const { stdout, stderr, exitCode, isForeign } = await cli(
    'routes ./app.js',
    loading({ default: createApp() }),
  );
  expect(stdout.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
    'METHOD PATH GUARD SCOPES',
    'GET,POST /auth/jwt client credentials',
    'POST /oauth/token client credentials',
    'POST /oauth/introspect client credentials',
    'GET /.well-known/oauth-authorization-server public',
    'GET /health OPEN',
    'GET /reports token reports:read',
    'GET /news OPEN (token optional)',
    'POST /hook OPEN (unless guarded by checkKey)',
    'GET /late OPEN (cache runs before the guard)',
    'ALL /files/* OPEN (serveStatic cannot be inspected)',
    '',
  ]);
  expect(stderr).toBe('Middleware for all paths that cannot be inspected: logger.\n');
  expect([exitCode, isForeign]).toEqual([0, true]);
});

test('routes --json lists the same for programs', async () => {
  const text = await ok('routes ./app.js --json', loading({ app: createApp() }));
  const { routes, endpoints, foreign } = JSON.parse(text) as Record<string, unknown[]>;
  expect(routes?.[1]).toEqual({
    ...{ method: 'GET', path: '/reports', guard: 'required' },
    ...{ scopes: ['reports:read'], foreign: [], isLate: false },
  });
  expect(endpoints?.[0]).toEqual({
    ...{ method: 'GET,POST', path: '/auth/jwt', guard: 'client credentials' },
  });
  expect(foreign).toEqual(['logger']);
});

test.each<[string, string, object]>([
  ['the default export', 'routes ./app.js', { default: createApp() }],
  ['an export of app', 'routes ./app.js', { app: createApp() }],
  [
    'the default of a default, as TypeScript makes it',
    'routes ./a.cjs',
    { default: { default: createApp() } },
  ],
  ['the property app of module.exports', 'routes ./app.cjs', { default: { app: createApp() } }],
  ['a named export', 'routes ./app.js --export server', { server: createApp() }],
  [
    'a named property of module.exports',
    'routes ./a.cjs --export server',
    { default: { server: createApp() } },
  ],
])('routes finds an app that is %s', async (_title, line, exports) => {
  expect(await ok(line, loading(exports))).toContain('/health');
});

test('routes says that nothing stands in front of all paths by saying nothing', async () => {
  const app = express();
  app.get('/health', handler);
  const { stdout, stderr } = await cli('routes ./app.js', loading({ app }));
  expect(stdout).toContain('/health');
  expect(stderr).toBe('');
});

test.each<[string, string, object | undefined, string]>([
  [
    'exports no app',
    'routes ./app.js',
    { version: 7 },
    './app.js has no default export or an export "app" that is an Express app. Export the app without calling listen(), for example: module.exports = app',
  ],
  [
    'lacks the named export',
    'routes ./app.js --export server',
    { default: createApp() },
    './app.js has no export "server" that is an Express app.',
  ],
  [
    'exports a function that creates an app, by its name',
    'routes ./app.js',
    { default: { createApp }, createApp },
    './app.js exports a function, and no Express app. Export the app that it creates, from this file or from one of its own.',
  ],
  [
    'exports a function that creates an app',
    'routes ./app.js',
    { default: () => createApp() },
    './app.js exports a function, and no Express app. Export the app that it creates',
  ],
  [
    'cannot be loaded',
    'routes ./app.js',
    undefined,
    './app.js could not be loaded: There is no such module. (',
  ],
])('routes fails if the file %s, and ends the process', async (_title, line, exports, message) => {
  const result = await cli(line, exports && loading(exports));
  expect(result.stderr).toContain(message);
  expect([result.exitCode, result.isForeign]).toEqual([1, true]);
});

test.each<[unknown, string]>([
  [new Error('broken\nmore'), 'could not be loaded: broken ('],
  [Object.assign(new Error('broken'), { stack: 'Error: broken' }), 'could not be loaded: broken\n'],
  ['a text', 'could not be loaded: a text\n'],
])(
  'routes tells the first line of an error of the file, and its place: %p',
  async (thrown, message) => {
    const loadModule = async () => {
      await Promise.resolve();
      throw thrown;
    };
    expect((await cli('routes ./app.js', { loadModule })).stderr).toContain(message);
  },
);

test('other commands do not end the process', async () => {
  expect((await cli('client list --file FILE')).isForeign).toBeUndefined();
});
