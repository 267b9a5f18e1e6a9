// Somebody whose request has nothing to do with tokens, and who comes over a new connection each time.
import { pause, visit } from './load.mjs';

const BETWEEN_MS = 2;
const MOST_VISITS = 100_000;

/** Visits GET /innocent until the work is done: how long each visit took, in milliseconds. Rejects where the work does. */
export async function visitsDuring(port, work) {
  let isDone = false;
  const end = work.finally(() => (isDone = true));
  end.catch(() => undefined);
  const latencies = [];
  while (!isDone && latencies.length < MOST_VISITS) {
    latencies.push(await visit(port, '/innocent'));
    await pause(BETWEEN_MS);
  }
  await end;
  return latencies;
}
