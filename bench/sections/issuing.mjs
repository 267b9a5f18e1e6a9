// Tokens per second, and CPU per token: for clients that have asked before, and for 200 clients that come at once and have
// not, while somebody else visits the app.
import { randomBytes } from 'node:crypto';

import { issuers } from '../apps/issuers.mjs';
import { createClients } from '../tools/clients.mjs';
import { inTurn, withServers } from '../tools/contender.mjs';
import { flood, pause, request, withConnections } from '../tools/load.mjs';
import { median, percentile, summary } from '../tools/statistics.mjs';
import { visitsDuring } from '../tools/visitor.mjs';

const CONNECTIONS = 8;
const NAMES = Object.keys(issuers);
/** What keeps hashes and does not put them through somebody else's server: the others hash in the same way as the second. */
const FIRST_TIME = NAMES.slice(0, 3);
const LONGEST_SECONDS = 120;

const askedBy = (name) => {
  const { ask } = issuers[name];
  return ({ clientId, clientSecret }) => request(ask(clientId, clientSecret));
};

/** Each of 200 clients has asked once; what each contender makes of that is its own. */
export async function issuingAgain({ rounds = 3, seconds = 4, clientCount = 200 } = {}) {
  const clients = await createClients(clientCount);
  const figures = Object.fromEntries(NAMES.map((name) => [name, { perSecond: [], cpu: [] }]));
  await withServers(
    'issuers',
    NAMES,
    { clients, secret: randomBytes(32).toString('base64url') },
    async (servers) => {
      const texts = Object.fromEntries(NAMES.map((name) => [name, clients.map(askedBy(name))]));
      const run = ({ port, name }, limits) =>
        withConnections(port, CONNECTIONS, (connections) =>
          flood(connections, { next: (index) => texts[name][index % clientCount], ...limits }),
        );
      for (const server of servers) await run(server, { count: clientCount });
      await inTurn(servers, rounds, async (server) => {
        const before = await server.ask('cpu');
        const { statuses, ms } = await run(server, { seconds });
        const { cpu, perSecond } = figures[server.name];
        cpu.push(((await server.ask('cpu')) - before) / statuses[200]);
        perSecond.push(statuses[200] / (ms / 1000));
      });
    },
  );
  return NAMES.map((name) => ({
    ...{
      name,
      hashes: issuers[name].hashes,
      perSecond: summary(figures[name].perSecond),
      cpu: summary(figures[name].cpu),
    },
  }));
}

/** A client comes again when it is told to. */
async function untilIssued(connection, text) {
  const end = performance.now() + LONGEST_SECONDS * 1000;
  for (let turns = 1; performance.now() < end; turns++) {
    const { status, head } = await connection.ask(text);
    if (status === 200) return turns;
    const retryAfter = /\r\nretry-after: (\d+)/i.exec(head);
    if (status !== 503 || !retryAfter) throw new Error(`An answer that was not expected: ${head}`);
    await pause(Number(retryAfter[1]) * 1000);
  }
  throw new Error('A client has waited too long for its token.');
}

/** Each round with new processes, that no client has asked before. */
export async function issuingFirst({ rounds = 3, quietSeconds = 4, clientCount = 200 } = {}) {
  const clients = await createClients(clientCount);
  const figures = Object.fromEntries(
    FIRST_TIME.map((name) => [name, { perSecond: [], quiet: [], busy: [], turns: [] }]),
  );
  for (let round = 0; round < rounds; round++) {
    const settings = { clients, secret: randomBytes(32).toString('base64url') };
    await withServers('issuers', FIRST_TIME, settings, (servers) =>
      inTurn(servers, 1, async ({ name, port }) => {
        const { perSecond, quiet, busy, turns } = figures[name];
        await visitsDuring(port, pause(quietSeconds * 250)); // warm
        quiet.push(percentile(await visitsDuring(port, pause(quietSeconds * 1000)), 0.99));
        const startedAt = performance.now();
        const all = withConnections(port, clientCount, (connections) =>
          Promise.all(
            connections.map((connection, index) =>
              untilIssued(connection, askedBy(name)(clients[index])),
            ),
          ),
        );
        busy.push(percentile(await visitsDuring(port, all), 0.99));
        perSecond.push(clientCount / ((performance.now() - startedAt) / 1000));
        turns.push(...(await all));
      }),
    );
  }
  return FIRST_TIME.map((name) => {
    const { perSecond, quiet, busy, turns } = figures[name];
    const ratio = busy.map((p99, round) => p99 / quiet[round]);
    return {
      name,
      perSecond: summary(perSecond),
      quietP99: median(quiet),
      p99: median(busy),
      ratio: summary(ratio),
      turns: median(turns),
    };
  });
}
