// What a guard's time goes into, step by step, without the network: see apps/steps.mjs.
import { once } from 'node:events';

import { forkPinned } from '../tools/contender.mjs';
import { summary } from '../tools/statistics.mjs';

const APPS = new URL('../apps/steps.mjs', import.meta.url);

/** Microseconds for a request with each step. */
export async function steps({ rounds = 600, requests = 100 } = {}) {
  const child = forkPinned(APPS, [String(rounds), String(requests)]);
  const ended = once(child, 'exit');
  const [times] = await Promise.race([
    once(child, 'message'),
    ended.then(() => {
      throw new Error('The steps have ended without their times.');
    }),
  ]);
  await ended;
  return times.map(({ name, micros }) => ({ name, micros: summary(micros) }));
}
