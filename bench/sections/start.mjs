// What the package adds to the startup of an Express app: time to load and mount it, and memory.
import { fork } from 'node:child_process';
import { once } from 'node:events';

import { summary } from '../tools/statistics.mjs';

const APP = new URL('../apps/start.mjs', import.meta.url);

async function measureOnce() {
  const child = fork(APP, { execArgv: ['--expose-gc'] });
  const [figures] = await once(child, 'message');
  await once(child, 'exit');
  return figures;
}

export async function start({ rounds = 21 } = {}) {
  const all = [];
  for (let round = 0; round < rounds; round++) all.push(await measureOnce());
  return Object.fromEntries(
    Object.keys(all[0]).map((name) => [name, summary(all.map((figures) => figures[name]))]),
  );
}
