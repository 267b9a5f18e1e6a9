import { setImmediate } from 'node:timers/promises';

import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { createJwtGuard, requireJwt } from 'express-client-jwt';
import request from 'supertest';

import { passedGuards } from '../../lib/http/passed-guards';
import { testAuth } from '../support/app';
import { KEY, mint, OTHER_KEY } from '../support/mint';

type Step = (req: Request, res: Response, next: NextFunction) => void;

/** A mock has only the parts that are looked at. */
const mock = <T extends object>(parts: Partial<T>): T => parts as unknown as T;

const later: Step = (_req, _res, next) => {
  void setImmediate().then(() => {
    next();
  });
};
const through: Step = (_req, res) => void res.end('through');

/** An app for tokens of this key, with these steps before the guard of `GET /guarded`. */
function appWith(key: string, ...steps: readonly Step[]): Express {
  const app = express().use(testAuth({ keys: key }));
  return app.get('/guarded', ...steps, requireJwt(), through);
}
const call = (app: Express, key: string) =>
  request(app)
    .get('/guarded')
    .set('Authorization', `Bearer ${mint({}, {}, key)}`);
const statusesOf = async (app: Express) =>
  (await Promise.all([call(app, KEY), call(app, OTHER_KEY)])).map(({ status }) => status);

describe('requireJwt finds the guard of the request', () => {
  test('if the handlers before it wait', async () => {
    expect(await statusesOf(appWith(KEY, later))).toEqual([200, 401]);
  });

  test('if other requests pass other guards while it waits', async () => {
    const app = express();
    app.use('/a', appWith(KEY, later, later, later));
    app.use('/b', appWith(OTHER_KEY, later));
    const ask = (path: string, key: string) =>
      request(app)
        .get(`${path}/guarded`)
        .set('Authorization', `Bearer ${mint({}, {}, key)}`);
    const pairs = Array.from({ length: 20 }, () => [
      ask('/a', KEY),
      ask('/b', KEY),
      ask('/a', OTHER_KEY),
      ask('/b', OTHER_KEY),
    ]);
    const answers = await Promise.all(pairs.flat());
    expect(answers.map(({ status }) => status)).toEqual(pairs.flatMap(() => [200, 401, 401, 200]));
  });

  test('if a handler before it passes another request to another app', async () => {
    const other = express()
      .disable('x-powered-by')
      .use(testAuth({ keys: OTHER_KEY }));
    let isReached = false;
    other.get('/guarded', () => {
      isReached = true;
    });
    const delegate: Step = (_req, _res, next) => {
      const another = mock<Request>({ method: 'GET', url: '/guarded', headers: {} });
      other(another, mock<Response>({}));
      next();
    };
    expect(await statusesOf(appWith(KEY, delegate))).toEqual([200, 401]);
    expect(isReached).toBe(true);
  });

  test('a second time, behind a guard that waited', async () => {
    const app = express().use(testAuth());
    app.get('/guarded', requireJwt(), later, requireJwt(), through);
    expect(await statusesOf(app)).toEqual([200, 401]);
  });

  test('that it passed after it had waited', async () => {
    const app = express().use(testAuth({ keys: OTHER_KEY }), later);
    app.use('/guarded', createJwtGuard({ keys: KEY }), later, requireJwt(), through);
    expect(await statusesOf(app)).toEqual([200, 401]);
  });
});

test('a handler that throws does not keep its request', () => {
  const auth = testAuth();
  const req = mock<Request>({ method: 'GET', url: '/', headers: {} });
  const broken = () => {
    throw new Error('broken');
  };
  expect(() => {
    auth(req, mock<Response>({ writableEnded: true }), broken);
  }).toThrow('broken');
  expect(passedGuards.get(req)).toBeUndefined();
});

describe('a request', () => {
  const passed = { guard: () => undefined, baseUrl: '' };
  const pair = (writableEnded: boolean) =>
    [mock<Request>({}), mock<Response>({ writableEnded })] as const;

  test('that has ended in its turn is not kept', () => {
    const [req, res] = pair(true);
    passedGuards.set(req, passed);
    expect(passedGuards.get(req)).toBe(passed);
    passedGuards.afterTurn(req, res);
    expect(passedGuards.get(req)).toBeUndefined();
  });

  test('that goes on after its turn has its guard', () => {
    const [req, res] = pair(false);
    passedGuards.set(req, passed);
    passedGuards.afterTurn(req, res);
    expect(passedGuards.get(req)).toBe(passed);
  });

  test('that has ended keeps no guard of an earlier turn', () => {
    const [req, res] = pair(false);
    passedGuards.set(req, passed);
    passedGuards.afterTurn(req, res);
    const inner = { ...passed, baseUrl: '/admin' };
    passedGuards.set(req, inner);
    passedGuards.afterTurn(req, mock<Response>({ writableEnded: true }));
    expect(passedGuards.get(req)).toBe(inner);
  });

  test('whose turn has not ended has its guard after another request', () => {
    const [[first], [second, res]] = [pair(false), pair(true)];
    passedGuards.set(first, passed);
    passedGuards.set(second, { ...passed });
    expect(passedGuards.get(first)).toBe(passed);
    passedGuards.afterTurn(second, res);
    expect(passedGuards.get(first)).toBe(passed);
  });

  test('that passed no guard has none', () => {
    expect(passedGuards.get(mock<Request>({}))).toBeUndefined();
  });
});
