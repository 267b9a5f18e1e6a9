// Starts and questions the server processes.
import { fork } from 'node:child_process';
import { once } from 'node:events';

const SERVER = new URL('../server.mjs', import.meta.url);

/** A running server: its name, the port of its app (or the ports of its apps), `ask` for what server.mjs tells, and `stop`. */
export async function start(kind, name, settings) {
  const child = fork(SERVER, { execArgv: ['--expose-gc'], env: { PATH: process.env.PATH, NODE_ENV: 'production' } });
  let hasEnded = false;
  const ended = once(child, 'exit').then(() => (hasEnded = true));

  async function send(message) {
    const answer = once(child, 'message').then(([{ answer }]) => answer);
    child.send(message);
    return Promise.race([
      answer,
      ended.then(() => {
        throw new Error(`The server of ${name} has ended.`);
      }),
    ]);
  }
  const ports = await send({ build: kind, name, settings });
  return {
    name,
    port: ports[0],
    ports,
    ask: (what) => send({ ask: what }),
    stop: async () => {
      if (!hasEnded) child.disconnect();
      await ended;
    },
  };
}

/** Runs the work with one server for each name, and stops them whatever happens. */
export async function withServers(kind, names, settings, work) {
  const servers = [];
  try {
    for (const name of names) servers.push(await start(kind, name, settings));
    return await work(servers);
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
  }
}

/** Each contender in its turn, `rounds` times; the first in a round is another one each time. */
export async function inTurn(contenders, rounds, work) {
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      await work(contenders[(turn + round) % contenders.length], turn === 0);
    }
  }
}
