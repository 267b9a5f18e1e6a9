// The app under soak.mjs: a store that answers later, revocations, events. Tells its memory and handles when asked.
import { randomBytes } from 'node:crypto';

import bcrypt from 'bcryptjs';
import express from 'express';

import { bcryptVerifier, createJwtAuth, memoryRevocations, requireJwt } from '../dist/index.js';

const [, , clientCount, secret] = process.argv;
const hash = bcrypt.hashSync(secret, 4);
const events = {};
const find = async (clientId) =>
  /^client-\d+$/.test(clientId) && Number(clientId.slice(7)) < Number(clientCount)
    ? { clientId, secrets: [{ hash }], scopes: ['a'] }
    : undefined;

const auth = createJwtAuth({
  keys: randomBytes(32),
  verifier: bcryptVerifier({ find }, { cacheSize: 2000 }),
  revocations: memoryRevocations(),
  tokenCacheSize: 2000,
  throttle: { failures: 1_000_000, windowSeconds: 60 },
  onEvent: ({ type }) => {
    events[type] = (events[type] ?? 0) + 1;
  },
});
const app = express();
app.use(auth);
app.get('/guarded', requireJwt({ scope: 'a' }), (_req, res) => res.json({ ok: true }));
app.get('/facts', (_req, res) => {
  globalThis.gc();
  const resources = process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'TCPSocketWrap' && name !== 'Timeout');
  res.json({
    heapMiB: process.memoryUsage().heapUsed / 2 ** 20,
    handles: resources.length,
    events,
  });
});
let unhandled = 0;
process.on('unhandledRejection', () => unhandled++);
app.get('/unhandled', (_req, res) => res.json(unhandled));

const server = app.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.once('disconnect', () => process.exit());
