/**
 * Apps in which a guard can be passed by. Each is called for real without a token, so that nobody can say that the guard
 * would have held.
 */
import { METHODS } from 'node:http';

import type express5 from 'express';
import { type Express } from 'express';
import { requireJwt, type JwtAuthOptions } from 'express-client-jwt';
import request from 'supertest';

import { listRoutes } from '../../lib/routes/list-routes';
import { testAuth } from '../support/app';
import { EXPRESS } from '../support/express';
import { listen, rawRequest } from '../support/raw-http';

const secret: express5.RequestHandler = (_req, res) => {
  res.send('secret');
};
const goOn: express5.ErrorRequestHandler = (_error, _req, _res, next) => {
  next();
};
const guard = () => requireJwt();

interface Case {
  readonly title: string;
  readonly setUp: (app: Express, express: typeof express5) => void;
  /** The request that reaches the route without a token. Default: `GET /x`. */
  readonly target?: string;
  readonly only?: 'Express 4' | 'Express 5';
  readonly options?: Partial<JwtAuthOptions>;
  /** A setting of the app that is on. */
  readonly setting?: string;
}

const routerOf = (express: typeof express5, fill: (router: express5.Router) => void) => {
  const router = express.Router();
  fill(router);
  return router;
};

const CASES: readonly Case[] = [
  {
    title: 'a guard in all() behind the handler of a method',
    setUp: (app) => app.route('/x').get(secret).all(guard(), secret),
  },
  {
    title: 'a handler for all methods behind a guarded one',
    setUp: (app) =>
      app
        .route('/x')
        .post(guard(), secret)
        .all((_req, res, _next) => {
          res.send('secret');
        }),
  },
  {
    title: 'a guard of one path in front of a function that is mounted there',
    setUp: (app, express) => {
      app.all('/v1', guard());
      app.use(
        '/v1',
        routerOf(express, (router) => router.get('/x', secret)),
      );
    },
    target: 'GET /v1/x',
  },
  {
    title: 'a double slash between two mounts',
    setUp: (app, express) => {
      app.use('/api/admin', guard());
      app.use(
        '/api',
        routerOf(express, (router) => router.get('/admin/x', secret)),
      );
    },
    target: 'GET /api//admin/x',
    only: 'Express 4',
  },
  {
    title: 'double slashes at the end',
    setUp: (app, express) => {
      app.all('/x', guard());
      app.use(
        '/x',
        routerOf(express, (router) => router.get('/', secret)),
      );
    },
    target: 'GET /x//',
  },
  {
    title: 'a router that ignores the case of a case-sensitive app',
    setUp: (app, express) => {
      app.use('/admin', guard());
      app.use(routerOf(express, (router) => router.get('/admin/x', secret)));
    },
    target: 'GET /ADMIN/x',
    setting: 'case sensitive routing',
  },
  {
    title: 'a path with a slash at the end, under strict routing',
    setUp: (app) => {
      app.all('/x', guard());
      app.get('/x/', secret);
    },
    target: 'GET /x/',
    setting: 'strict routing',
  },
  {
    title: 'a wildcard that may be empty',
    setUp: (app) => {
      app.all('/*splat', guard());
      app.get('/{:lang}', secret);
    },
    target: 'GET /',
    only: 'Express 5',
  },
  {
    title: 'a wildcard that Express 4 reads as an ending',
    setUp: (app) => {
      app.all('/*splat', guard());
      app.get('/x', secret);
    },
    only: 'Express 4',
  },
  {
    title: 'a path without a slash at the beginning',
    setUp: (app) => {
      app.all('x', guard());
      app.get('/x', secret);
    },
  },
  {
    title: 'a regular expression that looks like a path of Express 4',
    setUp: (app) => {
      app.use(/^\/x\/?(?=\/|$)/, guard());
      app.get('/x', secret);
    },
    target: 'GET /X',
  },
  {
    title: 'a function in front of the guard that responds',
    setUp: (app) => app.get('/x', (_req, res, _next) => void res.send('secret'), guard(), secret),
  },
  {
    title: 'an error handler that goes on after an error that skipped the guard',
    setUp: (app) => {
      app.use((_req, _res, next) => {
        next(new Error('skips the guard'));
      });
      app.use(guard(), goOn);
      app.get('/x', secret);
    },
  },
  {
    title: 'an error handler in the route that goes on after the refusal',
    setUp: (app) => app.get('/x', guard(), goOn as never, secret),
    options: { errors: 'next' },
  },
  {
    title: 'a guard of all methods but one',
    setUp: (app) => {
      const route = app.route('/x') as unknown as Record<string, (...all: unknown[]) => void>;
      for (const method of METHODS) if (method !== 'GET') route[method.toLowerCase()]?.(guard());
      app.get('/x', secret);
    },
  },
  {
    title: 'a parameter whose callback skips the guard',
    setUp: (app) => {
      app.param('id', (_req, _res, next) => {
        next('route');
      });
      app.use('/:id', guard());
      app.get('/x', secret);
    },
  },
  {
    title: 'a parameter whose callback responds',
    setUp: (app) => {
      app.param('id', (_req, res) => {
        res.send('secret');
      });
      app.get('/:id', guard(), secret);
    },
  },
  {
    title: 'a handler with the name of a parser',
    setUp: (app) =>
      app.get('/x', function jsonParser(_req, res, _next) {
        res.send('secret');
      }),
  },
  {
    title: 'a mounted function with the name of a parser',
    setUp: (app) =>
      app.use('/x', function rawParser(_req, res, _next) {
        res.send('secret');
      }),
  },
  {
    title: 'an app inside a router',
    setUp: (app, express) => {
      const below = express();
      below.get('/x', secret);
      app.use(routerOf(express, (router) => router.use(below)));
    },
  },
];

/** Calls `target` without a token. Returns the body of the response. */
async function call(app: Express, target: string): Promise<string> {
  const [method = '', path = ''] = target.split(' ');
  if (!path.includes('//')) return (await request(app).get(path)).text;
  return rawRequest(await listen(app), `${method} ${path} HTTP/1.1`, []);
}

describe.each(EXPRESS)('%s', (name, express) => {
  const cases = CASES.filter(({ only = name }) => only === name);
  test.each(cases)(
    'does not count as guarded: $title',
    async ({ setUp, target, options, setting }) => {
      const app = express();
      if (setting !== undefined) app.enable(setting);
      app.use(testAuth(options));
      setUp(app, express);
      expect(await call(app, target ?? 'GET /x')).toContain('secret');
      const open = listRoutes(app, 'test').routes.filter((each) => each.guard !== 'required');
      expect(open).not.toEqual([]);
    },
  );
});
