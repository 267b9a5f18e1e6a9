// What wrong secrets, sent without pause, do to the rest of an app: how long an innocent route takes, and how late the
// event loop is.
import { randomBytes } from 'node:crypto';

import { issuers } from '../apps/issuers.mjs';
import { createClients } from '../tools/clients.mjs';
import { inTurn, withServers } from '../tools/contender.mjs';
import { flood, pause, request, withConnections } from '../tools/load.mjs';
import { median, percentile, summary } from '../tools/statistics.mjs';
import { visitsDuring } from '../tools/visitor.mjs';

const NAMES = Object.keys(issuers);
const ATTACKERS = [8, 64];
/** The answers to a wrong secret; 503 is the answer of a queue that is full. */
const REFUSALS = [400, 401, 403, 503];

function attack({ name, port }, attackers, [client], seconds) {
  const { ask } = issuers[name];
  const next = () => request(ask(client.clientId, randomBytes(24).toString('base64url')));
  return withConnections(port, attackers, (connections) =>
    flood(connections, { seconds, next, expected: REFUSALS }),
  );
}

/** The latencies of the innocent while the work goes on, and the delay of the event loop. */
async function observe(server, work) {
  await server.ask('delay');
  const latencies = await visitsDuring(server.port, work);
  const { max, p99 } = await server.ask('delay');
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    delayP99: p99,
    delayMax: max,
  };
}

const mediansOf = (observations) =>
  Object.fromEntries(
    Object.keys(observations[0]).map((name) => [
      name,
      median(observations.map((each) => each[name])),
    ]),
  );

/** A row for each contender and number of attackers; `ratio` is the attacked p99 over the quiet one, round by round. */
export async function harm({ rounds = 3, seconds = 6 } = {}) {
  const clients = await createClients(2);
  const figures = NAMES.flatMap((name) =>
    ATTACKERS.map((attackers) => ({ name, attackers, quiet: [], attacked: [], refused: [] })),
  );
  await withServers(
    'issuers',
    NAMES,
    { clients, secret: randomBytes(32).toString('base64url') },
    async (servers) => {
      for (const server of servers) {
        await attack(server, 1, clients, 0.5);
        await visitsDuring(server.port, pause(1000));
      }
      for (const attackers of ATTACKERS) {
        await inTurn(servers, rounds, async (server) => {
          const figure = figures.find(
            (each) => each.name === server.name && each.attackers === attackers,
          );
          figure.quiet.push(await observe(server, pause(seconds * 1000)));
          const work = attack(server, attackers, clients, seconds);
          figure.attacked.push(await observe(server, work));
          const { statuses, ms } = await work;
          figure.refused.push(
            Object.values(statuses).reduce((sum, count) => sum + count) / (ms / 1000),
          );
        });
      }
    },
  );
  return figures.map(({ name, attackers, quiet, attacked, refused }) => ({
    ...{
      name,
      attackers,
      quiet: mediansOf(quiet),
      attacked: mediansOf(attacked),
      refusedPerSecond: median(refused),
    },
    ratio: summary(attacked.map(({ p99 }, round) => p99 / quiet[round].p99)),
  }));
}
