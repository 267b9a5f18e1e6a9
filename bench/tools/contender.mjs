// Starts and questions the server processes.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

const SERVER = new URL('../server.mjs', import.meta.url);
const TASKSET = '/usr/bin/taskset';

function forkServer(script, args, { execPath = process.execPath, execArgv = [] } = {}) {
  const env = { PATH: process.env.PATH, NODE_ENV: 'production' };
  return fork(script, args, { execPath, execArgv: [...execArgv, '--expose-gc'], env });
}

/** Keeps to the first core, where the system has a way to say so: a process that is moved about needs more CPU, now and then. */
export function forkPinned(script, args) {
  const pinned = { execPath: TASKSET, execArgv: ['--cpu-list', '0', process.execPath] };
  return forkServer(script, args, existsSync(TASKSET) ? pinned : {});
}

/**
 * A running server: its name, the port of its app (or the ports of its apps), `ask` for what server.mjs tells, and `stop`.
 * Pinned where it has no threads that are to have a core of their own.
 */
export async function start(kind, name, settings, isPinned = false) {
  const child = isPinned ? forkPinned(SERVER, []) : forkServer(SERVER, []);
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
export async function withServers(kind, names, settings, work, isPinned = false) {
  const servers = [];
  try {
    for (const name of names) servers.push(await start(kind, name, settings, isPinned));
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
