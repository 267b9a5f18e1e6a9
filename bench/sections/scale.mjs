// Heap and latency with few and with a great many clients, in a file and in PostgreSQL. PostgreSQL is measured if
// DATABASE_URL is set; the table bench_clients in that database is replaced.
import { randomBytes } from 'node:crypto';

import { withServers } from '../tools/contender.mjs';
import { flood, request, withConnectionsToAll } from '../tools/load.mjs';
import { withFile, withTable } from '../tools/many-clients.mjs';
import { createMint } from '../tools/mint.mjs';
import { percentile } from '../tools/statistics.mjs';

const CONNECTIONS = 16;
const MAX_SECONDS = 300;
const FILE = 'a file';
const DATABASE = 'PostgreSQL';

/** Requests the guarded route of all servers with the tokens in rotation. Resolves with the latencies and the CPU time. */
async function load(servers, all, texts, count) {
  const latencies = [];
  const limits = { count: Math.ceil(count / servers.length), seconds: MAX_SECONDS };
  const cpuOf = async () => (await Promise.all(servers.map(({ ask }) => ask('cpu')))).reduce(add);
  const before = await cpuOf();
  await Promise.all(
    all.map((connections, server) =>
      flood(connections, {
        ...limits,
        // Each process receives other tokens first.
        next: (index) => texts[(index + server * limits.count) % texts.length],
        onLatency: (ms) => latencies.push(ms),
      }),
    ),
  );
  return { latencies, cpu: ((await cpuOf()) - before) / latencies.length };
}
const add = (sum, each) => sum + each;

/** Changes a client of the file, and calls the app until it has noticed. Resolves with the longest stall, in ms. */
async function stallOf(server, [connection], text, change) {
  change();
  await server.ask('delay');
  const end = performance.now() + MAX_SECONDS * 1000;
  let status = 200;
  while (status === 200 && performance.now() < end) ({ status } = await connection.ask(text));
  if (status !== 401) throw new Error(`A changed client was not noticed in ${MAX_SECONDS} s.`);
  return (await server.ask('delay')).max;
}

function measure({ store, clients, processes = 1, requests }, place, change) {
  const secret = randomBytes(32).toString('base64url');
  const mint = createMint({ alg: 'HS256', secret });
  const texts = Array.from({ length: Math.min(clients, requests) }, (_, index) =>
    request({
      path: '/guarded',
      headers: { Authorization: `Bearer ${mint({ sub: `client-${index}` })}` },
    }),
  );
  const names = Array.from({ length: processes }, () => store);
  return withServers('scale', names, { secret, ...place }, (servers) =>
    withConnectionsToAll(
      servers.map(({ port }) => port),
      CONNECTIONS / processes,
      async (all) => {
        await load(servers, all, texts, requests / 4);
        const { latencies, cpu } = await load(servers, all, texts, requests);
        const [heap] = await Promise.all(servers.map(({ ask }) => ask('heap')));
        const [p50, p99] = [0.5, 0.99].map((share) => percentile(latencies, share));
        const stall = change && (await stallOf(servers[0], all[0], texts[0], change));
        return { store, clients, processes, heap, cpu, p50, p99, ...(change && { stall }) };
      },
    ),
  );
}

/** Resolves with a row for each number of clients, store and number of processes. */
export async function scale({ counts = [1, 10_000, 100_000, 1_000_000], requests = 60_000 } = {}) {
  const url = process.env.DATABASE_URL;
  const rows = [];
  for (const clients of counts)
    rows.push(
      await withFile(clients, (place, change) =>
        measure({ store: FILE, clients, requests }, place, change),
      ),
    );
  if (url === undefined) console.error('PostgreSQL is not measured: DATABASE_URL is not set.');
  else
    for (const clients of counts)
      for (const processes of clients === 10_000 ? [1, 2, 4] : [1])
        rows.push(
          await withTable(url, clients, (place) =>
            measure({ store: DATABASE, clients, processes, requests }, place),
          ),
        );
  return rows;
}
