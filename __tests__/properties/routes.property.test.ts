import type express5 from 'express';
import { type Express, type Router } from 'express';
import { requireJwt } from 'express-client-jwt';
import fc from 'fast-check';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';

import { listRoutes } from '../../lib/routes/list-routes';
import { testAuth } from '../support/app';
import { EXPRESS } from '../support/express';

/** One statement of an app: a guard, a route, or a router with statements of its own. */
type Statement =
  | { kind: 'guard'; path: string; optional: boolean; isMounted: boolean }
  | { kind: 'error handler' }
  | { kind: 'route'; path: string; isAll: boolean; before: ('guard' | 'foreign' | 'handler')[] }
  | { kind: 'router'; path: string; caseSensitive: boolean; strict: boolean; body: Statement[] };

const segment = fc.constantFrom('a', 'b', 'A', ':p');
const path = fc
  .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom('', '', '', '/'))
  .map(([parts, end]) => `/${parts.join('/')}${parts.length > 0 ? end : ''}`);

const { statements } = fc.letrec<{ statements: Statement[] }>((tie) => ({
  statements: fc.array(
    fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.record({
        ...{ kind: fc.constant('route' as const), path, isAll: fc.boolean() },
        before: fc.array(fc.constantFrom('guard', 'foreign', 'handler'), { maxLength: 2 }),
      }),
      fc.record({
        ...{ kind: fc.constant('guard' as const), path },
        ...{ optional: fc.boolean(), isMounted: fc.boolean() },
      }),
      fc.constant({ kind: 'error handler' as const }),
      fc.record({
        ...{ kind: fc.constant('router' as const), path },
        ...{ caseSensitive: fc.boolean(), strict: fc.boolean() },
        body: tie('statements'),
      }),
    ),
    { maxLength: 5 },
  ),
}));

const goOn: express5.ErrorRequestHandler = (_error, _req, _res, next) => {
  next();
};

/** The settings of an app. */
const settings = fc.subarray(['strict routing', 'case sensitive routing']);

/** Builds the app. Each route has a number, which its last handler sends. */
function build(express: typeof express5, body: Statement[], enabled: string[]): Express {
  const app = express();
  for (const setting of enabled) app.enable(setting);
  let number = 0;
  const add = (router: Router, statement: Statement): void => {
    const { kind } = statement;
    if (kind === 'error handler') {
      router.use(goOn);
      return;
    }
    const { path } = statement;
    if (kind === 'guard') {
      const guard = requireJwt({ optional: statement.optional });
      if (statement.isMounted) router.use(path, guard);
      else router.all(path, guard);
    } else if (kind === 'router') {
      const inner = express.Router(statement);
      for (const each of statement.body) add(inner, each);
      router.use(path, inner);
    } else {
      const id = String(number++);
      const handlers = {
        guard: requireJwt(),
        foreign: ((_req, _res, next) => {
          next();
        }) as express5.RequestHandler,
        handler: ((_req, res) => {
          res.status(200).send(id);
        }) as express5.RequestHandler,
      };
      const all = [...statement.before.map((each) => handlers[each]), handlers.handler];
      if (statement.isAll) router.all(path, ...all);
      else router.get(path, ...all);
    }
  };
  // Refusals are errors, so that error handlers are reached.
  app.use(testAuth({ errors: 'next' }));
  for (const each of body) add(app, each);
  return app;
}

const SEGMENTS = ['a', 'b', 'A', 'zz'];
/** All paths of up to three segments. */
const PATHS = SEGMENTS.flatMap((one) => [
  ...[`/${one}`, `/${one}/`, `/${one}//`, `//${one}`],
  ...SEGMENTS.flatMap((two) => [
    ...[`/${one}/${two}`, `/${one}/${two}/`, `/${one}//${two}`, `/${one}/${two}//`],
    ...SEGMENTS.map((three) => `/${one}/${two}/${three}`),
  ]),
]).concat('/', '//');

describe.each(EXPRESS)('%s', (_name, express) => {
  let server: Server;
  let current: Express;

  beforeAll(async () => {
    server = createServer((req, res) => {
      current(req, res);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  test('no request without a token reaches a route that is listed as guarded', async () => {
    const base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    let guarded = 0;
    await fc.assert(
      fc.asyncProperty(statements, settings, async (body, enabled) => {
        current = build(express, body, enabled);
        const { routes } = listRoutes(current, 'test');
        const required = routes.flatMap(({ guard }, id) =>
          guard === 'required' ? String(id) : [],
        );
        if (required.length === 0) return;
        guarded += required.length;
        const reached = await Promise.all(
          PATHS.map(async (each) => (await fetch(base + each)).text()),
        );
        expect(required.filter((id) => reached.includes(id))).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(guarded).toBeGreaterThan(5);
  }, 60_000);
});
