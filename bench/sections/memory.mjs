// Memory for one cached token and one cached secret, and after a great many requests that a caller can make up.
import { randomBytes } from 'node:crypto';

import { createClients } from '../tools/clients.mjs';
import { withServers } from '../tools/contender.mjs';
import { flood, request, withConnections } from '../tools/load.mjs';
import { createMint } from '../tools/mint.mjs';

const CONNECTIONS = 16;
const BCRYPT_COST = 4;
const MAX_SECONDS = 1200;
const WARM_UP = 1000;
const secret = randomBytes(32).toString('base64url');

/** Sends requests, each a different one, and resolves with the heap after each of the counts. */
async function heapAfter(counts, { app, settings, next, expected }) {
  return withServers('memory', [app], { secret, ...settings }, ([server]) =>
    withConnections(server.port, CONNECTIONS, async (connections) => {
      const heaps = [];
      let sent = 0;
      for (const count of counts) {
        const limits = { count: count - sent, seconds: MAX_SECONDS };
        await flood(connections, { ...limits, next: () => next(sent++), expected });
        heaps.push(await server.ask('heap'));
      }
      return heaps;
    }),
  );
}

async function bytesPerEntry(count, load) {
  const [before, after] = await heapAfter([WARM_UP, count], load);
  return (after - before) / (count - WARM_UP);
}

function guarded(settings, toClientId) {
  const mint = createMint({ alg: 'HS256', secret });
  const next = (index) => {
    const token = mint({ sub: toClientId(index) });
    return request({ path: '/guarded', headers: { Authorization: `Bearer ${token}` } });
  };
  return { app: 'guard', settings, next, expected: [200] };
}

const tokenRequest = (clientId, clientSecret) =>
  request({ path: '/auth/jwt', headers: { 'client-id': clientId, 'client-secret': clientSecret } });

const known = (clients) => ({
  app: 'bcrypt',
  settings: { clients, cacheSize: clients.length },
  next: (index) => tokenRequest(clients[index].clientId, clients[index].clientSecret),
  expected: [200],
});

const madeUp = (app, settings) => ({
  app,
  settings,
  next: (index) => tokenRequest(`nobody-${index}`, 'x'),
  expected: [403],
});

/** Resolves with bytes per cache entry, and the heap in bytes after two numbers of requests. */
export async function memory({ million = 1_000_000, tokens = 100_000, secrets = 20_000 } = {}) {
  const clients = await createClients(secrets, BCRYPT_COST);
  const measure = async (what, counts, load) => ({
    what,
    counts,
    heaps: await heapAfter(counts, load),
  });
  const many = [million / 10, million];
  const fewer = [million / 50, million / 20];
  const oneClient = guarded({ tokenCacheSize: tokens }, () => 'one-client');
  const manyClients = guarded({}, (index) => `client-${index}`);
  const hashed = madeUp('bcrypt', { clients: clients.slice(0, 1) });
  return {
    bytesPerToken: await bytesPerEntry(tokens, oneClient),
    bytesPerSecret: await bytesPerEntry(secrets, known(clients)),
    series: [
      await measure('new tokens, each of a different client', many, manyClients),
      await measure('made-up client IDs, counted by the throttle', many, madeUp('throttle')),
      await measure(`made-up client IDs, hashed (bcrypt cost ${BCRYPT_COST})`, fewer, hashed),
    ],
  };
}
