// The harm that a stream of wrong secrets does to the rest of an app: the latency of an unrelated route, and the event loop
// delay.
import { issuers } from '../apps/issuers.mjs';
import { createClients, randomSecret } from '../tools/clients.mjs';
import { inTurn, withServers } from '../tools/contender.mjs';
import { flood, pause, request, withConnections } from '../tools/load.mjs';
import { median, percentile, summary } from '../tools/statistics.mjs';
import { visitsDuring } from '../tools/visitor.mjs';

const NAMES = Object.keys(issuers);
const ATTACKERS = [8, 64];
/** Statuses for a wrong secret. 503 means that a queue is full. */
const REJECTIONS = [400, 401, 403, 503];

function attack({ name, port }, attackers, { clientId }, seconds) {
  const next = () => request(issuers[name].tokenRequest(clientId, randomSecret()));
  return withConnections(port, attackers, (connections) =>
    flood(connections, { seconds, next, expected: REJECTIONS }),
  );
}

/** Measures the latency of the unrelated route and the event loop delay until the work ends. */
async function observe(server, work) {
  await server.ask('delay');
  const latencies = await visitsDuring(server.port, work);
  const delay = await server.ask('delay');
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    delayP99: delay.p99,
    delayMax: delay.max,
  };
}

async function measure(server, attackers, client, seconds) {
  const quiet = await observe(server, pause(seconds * 1000));
  const work = attack(server, attackers, client, seconds);
  const attacked = await observe(server, work);
  return {
    ...attacked,
    quietP99: quiet.p99,
    ratio: attacked.p99 / quiet.p99,
    rejectedPerSecond: (await work).perSecond,
  };
}

function toRow(name, attackers, rounds) {
  const of = (key) => rounds.map((round) => round[key]);
  return {
    name,
    attackers,
    quietP99: median(of('quietP99')),
    p50: median(of('p50')),
    p99: median(of('p99')),
    ratio: summary(of('ratio')),
    delayP99: median(of('delayP99')),
    delayMax: median(of('delayMax')),
    rejectedPerSecond: median(of('rejectedPerSecond')),
  };
}

/** Resolves with a row for each contender and number of attackers. `ratio` is the attacked p99 over the quiet one. */
export async function harm({ rounds = 3, seconds = 6 } = {}) {
  const clients = await createClients(1);
  const figures = NAMES.flatMap((name) =>
    ATTACKERS.map((attackers) => ({ name, attackers, rounds: [] })),
  );
  await withServers('issuers', NAMES, { clients, secret: randomSecret() }, async (servers) => {
    for (const server of servers) {
      await attack(server, 1, clients[0], 0.5);
      await visitsDuring(server.port, pause(1000));
    }
    for (const attackers of ATTACKERS) {
      await inTurn(servers, rounds, async (server) => {
        const figure = figures.find(
          (each) => each.name === server.name && each.attackers === attackers,
        );
        figure.rounds.push(await measure(server, attackers, clients[0], seconds));
      });
    }
  });
  return figures.map((figure) => toRow(figure.name, figure.attackers, figure.rounds));
}
