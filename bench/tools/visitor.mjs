// Measures how long a route takes that has nothing to do with tokens. Each visit opens a new connection.
import { pause, visit } from './load.mjs';

const PAUSE_MS = 2;
const MAX_VISITS = 100_000;

/** Visits GET /unrelated until the work ends. Resolves with the latencies in ms; rejects if the work rejects. */
export async function visitsDuring(port, work) {
  let isDone = false;
  const end = work.finally(() => (isDone = true));
  end.catch(() => undefined);
  const latencies = [];
  while (!isDone && latencies.length < MAX_VISITS) {
    latencies.push(await visit(port, '/unrelated'));
    await pause(PAUSE_MS);
  }
  await end;
  return latencies;
}
