import express5, { type Express, type Router } from 'express';
import { requireJwt } from 'express-client-jwt';
import fc from 'fast-check';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';

import { listRoutes } from '../../lib/routes/list-routes';
import { testAuth } from '../support/app';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- an alias without types
const express4 = require('express-4') as typeof express5;

/** One statement of an app: a guard, a route, or a router with statements of its own. */
type Statement =
  | { kind: 'guard'; path: string; optional: boolean }
  | { kind: 'route'; path: string; isAll: boolean; before: ('guard' | 'foreign' | 'handler')[] }
  | { kind: 'router'; path: string; isCaseSensitive: boolean; body: Statement[] };

const segment = fc.constantFrom('a', 'b', 'A', ':p');
const path = fc.array(segment, { maxLength: 3 }).map((parts) => `/${parts.join('/')}`);

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
        optional: fc.boolean(),
      }),
      fc.record({
        ...{ kind: fc.constant('router' as const), path, isCaseSensitive: fc.boolean() },
        body: tie('statements'),
      }),
    ),
    { maxLength: 5 },
  ),
}));

/** Builds the app. Each route has a number, which its last handler sends. */
function build(express: typeof express5, body: Statement[]): Express {
  const app = express();
  let number = 0;
  const add = (router: Router, statement: Statement): void => {
    const { kind, path } = statement;
    if (kind === 'guard') router.use(path, requireJwt({ optional: statement.optional }));
    else if (kind === 'router') {
      const inner = express.Router({ caseSensitive: statement.isCaseSensitive });
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
  app.use(testAuth());
  for (const each of body) add(app, each);
  return app;
}

const SEGMENTS = ['a', 'b', 'A', 'zz'];
/** All paths of up to three segments. */
const PATHS = SEGMENTS.flatMap((one) => [
  ...[`/${one}`, `/${one}/`],
  ...SEGMENTS.flatMap((two) => [
    `/${one}/${two}`,
    ...SEGMENTS.map((three) => `/${one}/${two}/${three}`),
  ]),
]).concat('/');

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s', (_name, express) => {
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
      fc.asyncProperty(statements, async (body) => {
        current = build(express, body);
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
    expect(guarded).toBeGreaterThan(20);
  }, 60_000);
});
