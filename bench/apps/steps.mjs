// What a guard's time goes into: apps of which each does one thing more than the one before, called without a socket, so that
// a microsecond can be seen. Sends the times of all rounds to its parent.
import { createSecretKey } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

import express from 'express';
import { LRUCache } from 'lru-cache';
import { bcryptVerifier, createJwtAuth, requireJwt } from '../../dist/index.js';

import { createMint } from '../tools/mint.mjs';
import { inTurn } from '../tools/contender.mjs';

const SECRET = 'QvR3wJ9Lz1xT5kB8nD2mC6pF4hG7sA0yQvR3wJ9Lz1x';
const HASH = '$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde';
const CLIENT_ID = 'a-calling-program';
const JWT = Object.freeze({ clientId: CLIENT_ID });
const answer = (_req, res) => res.json({ ok: true });

/** What a guard does, written out by hand for one token; each step includes those before it. */
const STEPS = [
  'Express alone',
  'two layers of middleware that do nothing',
  'a header read',
  'counted in req.rawHeaders',
  'the request known again (a WeakMap)',
  'req.jwt set',
  'the token found in an LRU cache',
  'its time, its client and the path of the token route looked at',
];

function byHand(step) {
  const app = express();
  const passed = new WeakMap();
  const tokens = new LRUCache({ max: 1000 });
  const clients = new Map([[CLIENT_ID, { disabled: false }]]);
  if (step >= 1) {
    app.use((req, res, next) => {
      if (step >= 4) passed.set(req, JWT);
      if (step >= 7 && req.url.toLowerCase().includes('/auth/jwt')) return res.end();
      next();
    });
  }
  const guard = (req, _res, next) => {
    const text = step >= 2 ? req.headers.authorization : 'Bearer';
    if (!text || (step >= 3 && countOf(req.rawHeaders) !== 1) || (step >= 4 && !passed.has(req)))
      return next('route');
    if (step >= 6) {
      const token = text.slice('Bearer '.length);
      const known = tokens.get(token.slice(-32));
      if (known?.token !== token)
        tokens.set(token.slice(-32), { token, exp: Date.now() + 3_600_000, clientId: CLIENT_ID });
      else if (step >= 7 && (Date.now() >= known.exp || clients.get(known.clientId)?.disabled))
        return next('route');
    }
    if (step >= 5) req.jwt = JWT;
    next();
  };
  app.get('/guarded', ...(step >= 1 ? [guard] : []), answer);
  return app;
}

function countOf(rawHeaders) {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name.length === 'authorization'.length && name.toLowerCase() === 'authorization') count++;
  }
  return count;
}

function guarded() {
  const app = express();
  const verifier = bcryptVerifier([{ clientId: CLIENT_ID, secrets: [{ hash: HASH }] }]);
  app.use(createJwtAuth({ keys: createSecretKey(SECRET, 'utf8'), verifier }));
  app.get('/guarded', requireJwt(), answer);
  return app;
}

/** A request as Node's parser makes it: with a string of its own for each header. */
function requestWith(token) {
  const req = new IncomingMessage(null);
  const text = Buffer.from(`Bearer ${token}`).toString('latin1');
  Object.assign(req, { url: '/guarded', method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 });
  req.rawHeaders = ['Host', '127.0.0.1', 'Authorization', text];
  req.headers = { host: '127.0.0.1', authorization: text };
  return req;
}

/** Microseconds for a request. */
function time(app, token, count) {
  const requests = Array.from({ length: count }, () => requestWith(token));
  const startedAt = performance.now();
  for (const req of requests) {
    const res = new ServerResponse(req);
    app(req, res);
    if (res.statusCode !== 200) throw new Error(`A request was answered ${res.statusCode}.`);
  }
  return ((performance.now() - startedAt) * 1000) / count;
}

const [rounds, count] = process.argv.slice(2).map(Number);
const token = createMint({ alg: 'HS256', secret: SECRET, subject: CLIENT_ID })();
const contenders = [
  ...STEPS.map((name, step) => ({ name, app: byHand(step) })),
  { name: 'express-client-jwt', app: guarded() },
];
const times = contenders.map(({ name }) => ({ name, micros: [] }));
const warmUp = Math.ceil(rounds / 10);
await inTurn(contenders, warmUp + rounds, async ({ app }) => {
  const micros = time(app, token, count);
  times[contenders.findIndex((each) => each.app === app)].micros.push(micros);
  // What Express puts off until the answer is written is done between the turns.
  await setImmediate();
});
process.send(times.map(({ name, micros }) => ({ name, micros: micros.slice(warmUp) })));
process.disconnect();
