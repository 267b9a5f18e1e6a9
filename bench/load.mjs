// What the load scripts share: connections that ask, loops that end, and figures.
import http from 'node:http';

const MOST_REQUESTS = 1_000_000;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks over one kept connection, as programs do, or over a new one each time, as newcomers do. */
export function connection(port, keepAlive = true) {
  const agent = new http.Agent({ keepAlive, maxSockets: 1 });
  const ask = (path, headers = {}, hangUpAfterMs = undefined) =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const req = http.get({ host: '127.0.0.1', port, path, headers, agent }, (res) => {
        let text = '';
        res.on('data', (chunk) => (text += chunk));
        res.on('error', reject);
        res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, text, ms: performance.now() - startedAt }));
      });
      req.on('error', reject);
      if (hangUpAfterMs !== undefined) setTimeout(() => req.destroy(new Error('hung up')), hangUpAfterMs);
    });
  return { ask, close: () => agent.destroy() };
}

/** Repeats until the time is over. */
export async function during(seconds, work) {
  const end = performance.now() + seconds * 1000;
  for (let count = 0; performance.now() < end && count < MOST_REQUESTS; count++) await work(count);
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
