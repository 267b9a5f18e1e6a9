// What the package adds to the start of an Express app: time until it is loaded and mounted, and memory.
import { fork } from 'node:child_process';
import { once } from 'node:events';

import { summary } from '../tools/statistics.mjs';

const PROBE = new URL('../apps/start.mjs', import.meta.url);

async function probe() {
  const child = fork(PROBE, { execArgv: ['--expose-gc'] });
  const [figures] = await once(child, 'message');
  await once(child, 'exit');
  return figures;
}

export async function starting({ rounds = 21 } = {}) {
  const all = [];
  for (let round = 0; round < rounds; round++) all.push(await probe());
  return Object.fromEntries(
    Object.keys(all[0]).map((name) => [name, summary(all.map((each) => each[name]))]),
  );
}
