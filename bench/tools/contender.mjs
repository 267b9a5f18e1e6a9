// Starts the server processes and talks to them.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const SERVER = new URL('../server.mjs', import.meta.url);

/** Runs a process on the first core only. */
const TASKSET = ['taskset', '--cpu-list', '0'];

function canPin() {
  const [command, ...args] = TASKSET;
  return spawnSync(command, [...args, process.execPath, '--version']).status === 0;
}

/** Starts server.mjs with the Node binary of this process. */
function forkServer(isPinned) {
  const [execPath, ...execArgv] = [...(isPinned ? TASKSET : []), process.execPath, '--expose-gc'];
  const env = { PATH: process.env.PATH, NODE_ENV: 'production' };
  return fork(SERVER, { execPath, execArgv, env });
}

/**
 * Starts a server. It has a name, the ports of its apps, `ask` to query server.mjs, and `stop`.
 *
 * @param {boolean} isPinned Pins the process to one core if the system can, which makes its CPU time steadier. Do not pin
 *   a server that has threads.
 */
async function start(kind, name, settings, isPinned) {
  const child = forkServer(isPinned && canPin());
  let hasExited = false;
  const exited = once(child, 'exit').then(() => (hasExited = true));

  async function send(message) {
    const reply = once(child, 'message').then(([{ reply }]) => reply);
    child.send(message);
    return Promise.race([
      reply,
      exited.then(() => {
        throw new Error(`The server process of "${name}" exited unexpectedly.`);
      }),
    ]);
  }
  const ports = await send({ build: kind, name, settings });
  return {
    name,
    port: ports[0],
    ports,
    ask: (question) => send({ ask: question }),
    stop: async () => {
      if (!hasExited) child.disconnect();
      await exited;
    },
  };
}

/** Runs the work with one server for each name, and always stops the servers. */
export async function withServers(kind, names, settings, work, { isPinned = false } = {}) {
  const servers = [];
  try {
    for (const name of names) servers.push(await start(kind, name, settings, isPinned));
    return await work(servers);
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
  }
}

/** Gives each contender one turn a round. Each round starts with a different contender. */
export async function inTurn(contenders, rounds, work) {
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      await work(contenders[(turn + round) % contenders.length], turn === 0);
    }
  }
}
