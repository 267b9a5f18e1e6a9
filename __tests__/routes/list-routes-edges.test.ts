import express5 from 'express';
import { requireJwt } from 'express-client-jwt';

import { listRoutes } from '../../lib/routes/list-routes';

const handler: express5.RequestHandler = (_req, res) => {
  res.end();
};

test('a pattern of Express 4 that the app wrote itself is an unknown path', () => {
  const layers = [/^\/x/i, /^\/x\/?(?=\/|$)/, /^\/(a|b)\/?(?=\/|$)/i].map((regexp) => ({
    ...{ handle: requireJwt(), name: 'jwtGuard', regexp },
  }));
  const app = express5();
  app.get('/x', handler);
  const router = Object.assign(express5.Router(), { stack: [...layers, ...app.router.stack] });
  expect(listRoutes(router, 'test').routes).toMatchObject([{ path: '/x', guard: 'none' }]);
});

test('a mount whose path is not kept guards nothing else, and its routes are listed', () => {
  const app = express5();
  const inner = express5.Router();
  inner.get('/x', handler);
  app.use('/admin', requireJwt());
  app.use('/api', inner);
  app.get('/admin/y', handler);
  app.use(requireJwt());
  app.get('/late', handler);
  // Routers before 2.3 do not keep the path.
  for (const layer of app.router.stack) Reflect.deleteProperty(layer, 'rawPath');
  expect(listRoutes(app, 'test').routes.map(({ path, guard }) => [path, guard])).toEqual([
    ['/(unknown path)/x', 'none'],
    ['/admin/y', 'none'],
    ['/late', 'required'],
  ]);
});

test.each([undefined, null, {}, () => undefined, 'app'])(
  'rejects %p, which has no routes',
  (app) => {
    expect(() => listRoutes(app, 'openRoutes')).toThrow(
      new TypeError('openRoutes: pass an Express app or router. It has no list of routes.'),
    );
  },
);

test('a router that is mounted in itself is listed as what cannot be inspected', () => {
  const router = express5.Router();
  router.use('/again', router);
  const app = express5();
  app.use(router);
  expect(listRoutes(app, 'test').routes).toMatchObject([
    { path: '/again/*', guard: 'none', mounted: 'router' },
  ]);
});

test('a function that only looks like a router is listed by its name', () => {
  const app = express5();
  const connect = Object.assign(handler.bind(undefined), { stack: [] });
  app.use(connect);
  expect(listRoutes(app, 'test').routes).toMatchObject([{ path: '/*', guard: 'none' }]);
});
