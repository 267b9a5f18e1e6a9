// Tokens per second and CPU per token for clients that have asked before; and tokens per second for many clients that ask
// at once for the first time, with the latency of an unrelated route.
import { issuers } from '../apps/issuers.mjs';
import { createClients, randomSecret } from '../tools/clients.mjs';
import { inTurn, withServers } from '../tools/contender.mjs';
import { flood, pause, request, withConnections } from '../tools/load.mjs';
import { median, percentile, summary } from '../tools/statistics.mjs';
import { visitsDuring } from '../tools/visitor.mjs';

const CONNECTIONS = 8;
const NAMES = Object.keys(issuers);
/** The other packages that hash do it in the same way as the second of these. */
const FIRST_TIME = NAMES.slice(0, 3);
const MAX_SECONDS = 120;

const tokenRequest = (name, { clientId, clientSecret }) =>
  request(issuers[name].tokenRequest(clientId, clientSecret));

const roundsOf = (names) => Object.fromEntries(names.map((name) => [name, []]));

/** Sends token requests of all clients in rotation until a limit is reached. */
function ask({ port, name }, clients, limits) {
  const texts = clients.map((client) => tokenRequest(name, client));
  const next = (index) => texts[index % texts.length];
  return withConnections(port, CONNECTIONS, (connections) =>
    flood(connections, { next, ...limits }),
  );
}

async function measureAgain(clients, { rounds, seconds }) {
  const figures = roundsOf(NAMES);
  await withServers('issuers', NAMES, { clients, secret: randomSecret() }, async (servers) => {
    for (const server of servers) await ask(server, clients, { count: clients.length });
    await inTurn(servers, rounds, async (server) => {
      const before = await server.ask('cpu');
      const { responses, perSecond } = await ask(server, clients, { seconds });
      const cpu = ((await server.ask('cpu')) - before) / responses;
      figures[server.name].push({ cpu, perSecond });
    });
  });
  return NAMES.map((name) => ({
    name,
    hashes: issuers[name].hashes,
    perSecond: summary(figures[name].map(({ perSecond }) => perSecond)),
    cpu: summary(figures[name].map(({ cpu }) => cpu)),
  }));
}

/** Requests a token, and retries after a 503 as its Retry-After header says. */
async function untilIssued(connection, text) {
  const end = performance.now() + MAX_SECONDS * 1000;
  while (performance.now() < end) {
    const { status, head } = await connection.ask(text);
    if (status === 200) return;
    const retryAfter = /\r\nretry-after: (\d+)/i.exec(head);
    if (status !== 503 || !retryAfter) throw new Error(`Unexpected response: ${head}`);
    await pause(Number(retryAfter[1]) * 1000);
  }
  throw new Error(`A client got no token within ${MAX_SECONDS} s.`);
}

async function measureRush({ name, port }, clients, seconds) {
  await visitsDuring(port, pause(seconds * 250)); // warm-up
  const quiet = percentile(await visitsDuring(port, pause(seconds * 1000)), 0.99);
  const startedAt = performance.now();
  const rush = withConnections(port, clients.length, (connections) =>
    Promise.all(
      connections.map((connection, index) =>
        untilIssued(connection, tokenRequest(name, clients[index])),
      ),
    ),
  );
  const busy = percentile(await visitsDuring(port, rush), 0.99);
  const perSecond = clients.length / ((performance.now() - startedAt) / 1000);
  return { perSecond, quiet, busy };
}

async function measureFirst(clients, { rounds, seconds }) {
  const figures = roundsOf(FIRST_TIME);
  for (let round = 0; round < rounds; round++) {
    // New processes, because every client must ask for the first time.
    await withServers('issuers', FIRST_TIME, { clients, secret: randomSecret() }, (servers) =>
      inTurn(servers, 1, async (server) => {
        figures[server.name].push(await measureRush(server, clients, seconds));
      }),
    );
  }
  return FIRST_TIME.map((name) => ({
    name,
    perSecond: summary(figures[name].map(({ perSecond }) => perSecond)),
    quietP99: median(figures[name].map(({ quiet }) => quiet)),
    p99: median(figures[name].map(({ busy }) => busy)),
    ratio: summary(figures[name].map(({ busy, quiet }) => busy / quiet)),
  }));
}

export async function issuing({ rounds = 3, seconds = 4, clientCount = 200 } = {}) {
  const clients = await createClients(clientCount);
  return {
    again: await measureAgain(clients, { rounds, seconds }),
    first: await measureFirst(clients, { rounds, seconds }),
  };
}
