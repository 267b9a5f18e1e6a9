import type express5 from 'express';
import { type Express } from 'express';
import { createJwtGuard, requireJwt } from 'express-client-jwt';

import { listRoutes } from '../../lib/routes/list-routes';
import { testAuth } from '../support/app';
import { EXPRESS } from '../support/express';
import { KEY } from '../support/mint';

const handler: express5.RequestHandler = (_req, res) => {
  res.end();
};
const loadUser: express5.RequestHandler = (_req, _res, next) => {
  next();
};

describe.each(EXPRESS)('%s', (_name, express) => {
  const listed = (setUp: (app: Express) => void): string[] => {
    const app = express();
    setUp(app);
    return listRoutes(app, 'test').routes.map(({ method, path, guard, scopes, foreign, mounted }) =>
      [method, path, guard, ...scopes, ...foreign, mounted].filter(Boolean).join(' '),
    );
  };

  test('lists a route without a guard, with a guard, and with an optional one', () => {
    const routes = listed((app) => {
      app.get('/health', handler);
      app.get('/reports', requireJwt({ scope: 'a b' }), handler);
      app.post('/news', requireJwt({ optional: true }), handler);
    });
    expect(routes).toEqual([
      'GET /health none',
      'GET /reports required a b',
      'POST /news optional',
    ]);
  });

  test('a guard of a path covers the routes below it that follow, and no others', () => {
    const routes = listed((app) => {
      app.get('/admin/early', handler);
      app.use('/admin', requireJwt({ scope: 'admin' }));
      app.get('/admin', handler);
      app.get('/admin/users/:id', handler);
      app.get('/adminx', handler);
    });
    expect(routes).toEqual([
      'GET /admin/early none',
      'GET /admin required admin',
      'GET /admin/users/:id required admin',
      'GET /adminx none',
    ]);
  });

  test('a guard inside a router covers that router alone', () => {
    const routes = listed((app) => {
      const inner = express.Router();
      inner.use(requireJwt());
      inner.get('/x', handler);
      app.use('/api', inner);
      app.get('/api/y', handler);
    });
    expect(routes).toEqual(['GET /api/x required', 'GET /api/y none']);
  });

  test('a router has the guard of each of its mounts', () => {
    const routes = listed((app) => {
      const inner = express.Router();
      inner.get('/', handler);
      app.use('/open', inner);
      app.use(['/one', '/two'], requireJwt(), inner);
    });
    expect(routes).toEqual(['GET /open none', 'GET /one required', 'GET /two required']);
  });

  test('a guard behind the handler of a route does not count', () => {
    const routes = listed((app) => {
      app.get('/last', handler, requireJwt());
      app.get('/between', handler, requireJwt(), handler);
    });
    expect(routes).toEqual(['GET /last none', expect.stringContaining('GET /between none')]);
  });

  test('names the functions in front of a handler, which may guard it', () => {
    const routes = listed((app) => {
      app.get('/a', loadUser, handler);
      app.get('/b', loadUser, requireJwt(), handler);
    });
    expect(routes).toEqual(['GET /a none loadUser', 'GET /b none loadUser']);
  });

  test('a guard behind another function of the route is late, and does not count', () => {
    const app = express();
    app.get('/a', loadUser, requireJwt(), handler);
    app.get('/b', express.json(), requireJwt(), handler);
    app.get('/c', loadUser, handler);
    const { routes } = listRoutes(app, 'test');
    expect(routes.map(({ guard, isLate }) => [guard, isLate])).toEqual([
      ['none', true],
      ['required', false],
      ['none', false],
    ]);
  });

  test('a guard for all methods of a route covers later routes of the same path', () => {
    const routes = listed((app) => {
      app.all('/all', requireJwt());
      app.get('/all', handler);
      app.get('/one', requireJwt());
      app.get('/one', handler);
      app.post('/one', handler);
      app.route('/chain').all(requireJwt()).get(handler).put(handler);
      app.all('/any', handler);
    });
    expect(routes).toEqual([
      'GET /all required',
      'GET /one none',
      'POST /one none',
      'GET /chain required',
      'PUT /chain required',
      'ALL /any none',
    ]);
  });

  test('a guard of a route does not cover later routes if something else comes first in it', () => {
    const routes = listed((app) => {
      app.get('/x', loadUser, requireJwt(), loadUser);
      app.get('/x', handler);
    });
    expect(routes).toEqual(['GET /x none loadUser', 'GET /x none']);
  });

  test('the guards of several levels add their scopes', () => {
    const routes = listed((app) => {
      app.use(requireJwt({ optional: true }));
      app.use('/admin', requireJwt({ scope: 'admin' }));
      app.get('/admin/x', requireJwt({ scope: 'x admin' }), handler);
      app.get('/y', handler);
    });
    expect(routes).toEqual(['GET /admin/x required admin x', 'GET /y optional']);
  });

  test('lists functions below a path, and those that respond, as what cannot be inspected', () => {
    const routes = listed((app) => {
      const below = express();
      below.get('/x', requireJwt(), handler);
      app.use('/files', express.static('.'));
      app.use('/below', below);
      app.use('/guarded', requireJwt(), express.static('.'));
      app.use(express.static('.'));
      app.use((_req, res) => {
        res.end();
      });
    });
    expect(routes).toEqual([
      'ALL /files/* none serveStatic',
      'ALL /below/* none mounted_app',
      'ALL /guarded/* required serveStatic',
      'ALL /* none serveStatic',
      'ALL /* none anonymous function',
    ]);
  });

  test('a conditional guard is not counted', () => {
    const guard = requireJwt();
    const routes = listed((app) => {
      app.use((req, res, next) => {
        if (req.path === '/health') next();
        else guard(req, res, next);
      });
      app.get('/reports', handler);
    });
    expect(routes).toEqual(['GET /reports none']);
  });

  test('lists each path of a route, and shows patterns as they are', () => {
    const routes = listed((app) => {
      app.use('/safe', requireJwt());
      app.get(['/a', '/safe/b'], handler);
      app.get(/^\/safe/, handler);
    });
    expect(routes).toEqual(['GET /a none', 'GET /safe/b required', 'GET /^\\/safe/ none']);
  });

  test('names middleware for all paths, without error handlers and parsers', () => {
    const app = express();
    const onError: express5.ErrorRequestHandler = (_error, _req, _res, next) => {
      next();
    };
    app.use(express.json(), loadUser, onError);
    expect(listRoutes(app, 'test').foreign).toEqual(['loadUser']);
  });

  test('tells the mount paths of middleware of this package', () => {
    const app = express();
    const auth = testAuth({ oauth: true });
    app.use('/v1', auth);
    const guard = createJwtGuard({ keys: KEY });
    app.use(guard);
    const { mounts } = listRoutes(app, 'test');
    expect(mounts.map(({ path, middleware }) => [path, middleware])).toEqual([
      ['/v1', auth],
      ['', guard],
    ]);
    expect(mounts[0]?.endpoints.map(({ path }) => path)).toEqual([
      '/auth/jwt',
      '/oauth/token',
      '/oauth/introspect',
    ]);
  });

  test('reads a router, and an app without routes', () => {
    const router = express.Router();
    router.get('/x', handler);
    expect(listRoutes(router, 'test').routes).toHaveLength(1);
    expect(listRoutes(express(), 'test').routes).toEqual([]);
  });

  test('a case-sensitive router guards only the path of the same case', () => {
    const routes = listed((app) => {
      app.enable('case sensitive routing');
      app.use('/Admin', requireJwt());
      app.get('/Admin/x', handler);
      app.get('/admin/x', handler);
    });
    expect(routes).toEqual(['GET /Admin/x required', 'GET /admin/x none']);
  });
});
