// One app, its token route built in one of two ways; started by harm.mjs. Prints its port.
import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import bcrypt from 'bcryptjs';
import express from 'express';
import { bcryptVerifier, createJwtAuth } from 'express-client-jwt';
import jsonwebtoken from 'jsonwebtoken';

const [, , way, clientId, clientSecret] = process.argv;
const clients = [{ clientId, secrets: [{ hash: bcrypt.hashSync(clientSecret, 10) }] }];
const key = randomBytes(32);
const delay = monitorEventLoopDelay({ resolution: 1 });

/** The route that people write by hand. */
async function byHand(req, res) {
  const client = clients.find((each) => each.clientId === req.headers['client-id']);
  const isRight = client && (await bcrypt.compare(String(req.headers['client-secret']), client.secrets[0].hash));
  if (!isRight) return res.status(403).json({ error: 'invalid_client' });
  res.set('Authorization', `Bearer ${jsonwebtoken.sign({ sub: client.clientId }, key, { expiresIn: 3600 })}`).json({});
}

const app = express();
app.get('/innocent', (_req, res) => res.json({ ok: true }));
app.get('/event-loop', (_req, res) => {
  res.json({ p99Ms: delay.percentile(99) / 1e6, maxMs: delay.max / 1e6 });
  delay.reset();
});
if (way === 'by-hand') app.get('/auth/jwt', byHand);
else app.use(createJwtAuth({ keys: key, verifier: bcryptVerifier(clients) }));

delay.enable();
const server = app.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.once('disconnect', () => process.exit());
