// How long refusals take, over HTTP, at bcrypt cost 10: an unknown id, a wrong secret, a disabled client and a client in the
// middle of a rotation, asked in turn with a new secret each time. Medians, and their ratio to the unknown id.
//
//   npm run bench:timing               60 rounds
import { randomBytes } from 'node:crypto';

import bcrypt from 'bcryptjs';
import express from 'express';
import { bcryptVerifier, createJwtAuth } from 'express-client-jwt';

import { connection, percentile } from './load.mjs';

const ROUNDS = Number(process.argv[2] ?? 60);
const hash = () => bcrypt.hashSync(randomBytes(16).toString('hex'), 10);
const clients = [
  { clientId: 'one-secret', secrets: [{ hash: hash() }] },
  { clientId: 'two-secrets', secrets: [{ hash: hash() }, { hash: hash() }] },
  { clientId: 'disabled', secrets: [{ hash: hash() }], disabled: true },
];
const app = express().use(createJwtAuth({ keys: randomBytes(32), verifier: bcryptVerifier(clients) }));
const server = app.listen(0, '127.0.0.1', async () => {
  const { ask, close } = connection(server.address().port);
  const ids = ['unknown', ...clients.map(({ clientId }) => clientId)];
  const times = Object.fromEntries(ids.map((id) => [id, []]));
  await ask('/auth/jwt', { 'client-id': 'warm-up', 'client-secret': 'x' });
  for (let round = 0; round < ROUNDS; round++) {
    for (const id of ids) {
      const { ms } = await ask('/auth/jwt', { 'client-id': id, 'client-secret': randomBytes(16).toString('hex') });
      times[id].push(ms);
    }
  }
  close();
  server.close();
  const base = percentile(times.unknown, 0.5);
  console.log(`| refusal | median of ${ROUNDS} | ratio |\n| --- | --- | --- |`);
  for (const id of ids) {
    const median = percentile(times[id], 0.5);
    console.log(`| ${id} | ${median.toFixed(1)} ms | ${(median / base).toFixed(3)} |`);
  }
});
