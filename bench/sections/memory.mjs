// What is held in memory: for a remembered token, for a remembered secret, and after very many of what callers can make up.
import { randomBytes } from 'node:crypto';

import { withServers } from '../tools/contender.mjs';
import { createClients } from '../tools/clients.mjs';
import { flood, request, withConnections } from '../tools/load.mjs';
import { createMint } from '../tools/mint.mjs';

const CONNECTIONS = 16;
const CHEAP_COST = 4;
const MOST_SECONDS = 1200;
const secret = randomBytes(32).toString('base64url');

/** The heap after each of the counts, every request another one. */
async function heapAfter(name, settings, counts, { next, expected }) {
  return withServers('memory', [name], { secret, ...settings }, ([server]) =>
    withConnections(server.port, CONNECTIONS, async (connections) => {
      const heaps = [];
      let sent = 0;
      for (const count of counts) {
        await flood(connections, {
          count: count - sent,
          seconds: MOST_SECONDS,
          next: () => next(sent++),
          expected,
        });
        heaps.push(await server.ask('heap'));
      }
      return heaps;
    }),
  );
}

const credentials = (clientId, clientSecret) =>
  request({ path: '/auth/jwt', headers: { 'client-id': clientId, 'client-secret': clientSecret } });

function tokensOf(toClientId) {
  const mint = createMint({ alg: 'HS256', secret });
  const next = (index) =>
    request({
      path: '/guarded',
      headers: { Authorization: `Bearer ${mint({ sub: toClientId(index) })}` },
    });
  return { next, expected: [200] };
}

const perEntry = ([before, after], count) => (after - before) / count;

export async function memory({ million = 1_000_000, remembered = 100_000, secrets = 20_000 } = {}) {
  const warm = 1000;
  const tokenHeaps = await heapAfter(
    'guard',
    { tokenCacheSize: remembered },
    [warm, remembered],
    tokensOf(() => 'one-client'),
  );
  const clients = await createClients(secrets, CHEAP_COST);
  const secretHeaps = await heapAfter('hashing', { clients, cacheSize: secrets }, [warm, secrets], {
    next: (index) => credentials(clients[index].clientId, clients[index].clientSecret),
    expected: [200],
  });
  const [client] = clients;
  return {
    perToken: perEntry(tokenHeaps, remembered - warm),
    perSecret: perEntry(secretHeaps, secrets - warm),
    series: [
      {
        what: 'tokens of as many clients, each new to the guard',
        counts: [million / 10, million],
        heaps: await heapAfter(
          'guard',
          {},
          [million / 10, million],
          tokensOf((index) => `client-${index}`),
        ),
      },
      {
        what: 'made-up client ids, refused and counted by the throttle',
        counts: [million / 10, million],
        heaps: await heapAfter('refusing', {}, [million / 10, million], {
          ...{ next: (index) => credentials(`nobody-${index}`, 'x'), expected: [403] },
        }),
      },
      {
        what: 'made-up client ids, each hashed (bcrypt cost 4)',
        counts: [million / 50, million / 20],
        heaps: await heapAfter('hashing', { clients: [client] }, [million / 50, million / 20], {
          ...{ next: (index) => credentials(`nobody-${index}`, 'x'), expected: [403] },
        }),
      },
    ],
  };
}
