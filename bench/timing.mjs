// How long refusals take, over HTTP, at bcrypt cost 10: an unknown id, a wrong secret, a disabled client and a client in the
// middle of a rotation, asked in turn with a new secret each time. Medians, and their ratio to the unknown id.
//
//   npm run bench:timing               60 rounds
import { randomBytes } from 'node:crypto';

import bcrypt from 'bcryptjs';
import express from 'express';

import { bcryptVerifier, createJwtAuth } from '../dist/index.js';
import { request, withConnections } from './tools/load.mjs';
import { median } from './tools/statistics.mjs';

const ROUNDS = Number(process.argv[2] ?? 60);
const hash = () => bcrypt.hashSync(randomBytes(16).toString('hex'), 10);
const clients = [
  { clientId: 'one-secret', secrets: [{ hash: hash() }] },
  { clientId: 'two-secrets', secrets: [{ hash: hash() }, { hash: hash() }] },
  { clientId: 'disabled', secrets: [{ hash: hash() }], disabled: true },
];
const app = express().use(
  createJwtAuth({ keys: randomBytes(32), verifier: bcryptVerifier(clients) }),
);
const ids = ['unknown', ...clients.map(({ clientId }) => clientId)];
const times = Object.fromEntries(ids.map((id) => [id, []]));

async function timeRefusal(connection, clientId) {
  const headers = { 'client-id': clientId, 'client-secret': randomBytes(16).toString('hex') };
  const text = request({ path: '/auth/jwt', headers });
  const startedAt = performance.now();
  const { status } = await connection.ask(text);
  if (status !== 403) throw new Error(`${clientId} was answered with ${status}.`);
  return performance.now() - startedAt;
}

const server = app.listen(0, '127.0.0.1', async () => {
  await withConnections(server.address().port, 1, async ([connection]) => {
    await timeRefusal(connection, 'warm-up');
    for (let round = 0; round < ROUNDS; round++) {
      for (const id of ids) times[id].push(await timeRefusal(connection, id));
    }
  });
  server.close();
  const base = median(times.unknown);
  console.log(`| refusal | median of ${ROUNDS} | ratio |\n| --- | --- | --- |`);
  for (const id of ids)
    console.log(
      `| ${id} | ${median(times[id]).toFixed(1)} ms | ${(median(times[id]) / base).toFixed(3)} |`,
    );
});
