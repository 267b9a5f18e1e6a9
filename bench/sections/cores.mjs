// What a second worker is worth: the example server under node:cluster, its guarded route asked without pause. The sender
// needs a part of a core itself, so on a machine with few cores the ratio stays below the number of workers.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { flood, pause, request, withConnections } from '../tools/load.mjs';
import { summary } from '../tools/statistics.mjs';

const CLUSTER = new URL('../apps/cluster.mjs', import.meta.url);
const WORKERS = [1, 2];
const CONNECTIONS = 32;
const LONGEST_START_MS = 20_000;

/** A port that is free now. */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts the cluster and waits until it answers; `notice` is what the example prints. */
async function startCluster(workers, folder) {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), STATE_DIR: folder, NODE_ENV: 'production' };
  const child = fork(CLUSTER, [String(workers)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    if (child.connected) child.disconnect();
    await ended;
  };
  let notice = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    if (notice.length < 10_000) notice += text;
  });
  const end = performance.now() + LONGEST_START_MS;
  while (notice.split('Listening on').length <= workers) {
    if (performance.now() > end) {
      await stop();
      throw new Error('The example has not started in time.');
    }
    await pause(50);
  }
  return { port, notice, stop };
}

async function tokenFrom(port, secret) {
  const ask = request({
    path: '/auth/jwt',
    headers: { 'client-id': 'reader', 'client-secret': secret },
  });
  const { head } = await withConnections(port, 1, ([connection]) => connection.ask(ask));
  const [, authorization] = /\r\nauthorization: ([^\r]+)/i.exec(head);
  return request({ path: '/hello', headers: { Authorization: authorization } });
}

/** Requests per second with each number of workers. */
export async function cores({ rounds = 3, seconds = 4 } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'cores-'));
  const figures = Object.fromEntries(WORKERS.map((workers) => [workers, []]));
  try {
    const first = await startCluster(1, folder); // makes the clients, and shows their secrets this once
    await first.stop();
    const [, secret] = /\n {2}reader {2}(\S+)/.exec(first.notice);
    for (let round = 0; round < rounds; round++) {
      for (const workers of WORKERS) {
        const { port, stop } = await startCluster(workers, folder);
        try {
          const text = await tokenFrom(port, secret);
          const run = (limit) =>
            withConnections(port, CONNECTIONS, (connections) =>
              flood(connections, { seconds: limit, next: () => text }),
            );
          await run(1);
          const { statuses, ms } = await run(seconds);
          figures[workers].push(statuses[200] / (ms / 1000));
        } finally {
          await stop();
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const [one, two] = WORKERS.map((workers) => figures[workers]);
  return {
    perSecond: WORKERS.map((workers) => ({ workers, ...summary(figures[workers]) })),
    ratio: summary(two.map((each, round) => each / one[round])),
  };
}
