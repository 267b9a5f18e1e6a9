// What the package adds to the startup of an Express app: time to load and mount it, and memory. It is measured with and
// without the compile cache of Node.js (22.1 and later).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { summary } from '../tools/statistics.mjs';

const APP = new URL('../apps/start.mjs', import.meta.url);

async function measureOnce(settings) {
  const env = { ...process.env, ...settings };
  const child = fork(APP, { execArgv: ['--expose-gc'], env });
  const [figures] = await once(child, 'message');
  await once(child, 'exit');
  return figures;
}

export async function start({ rounds = 21 } = {}) {
  const NODE_COMPILE_CACHE = mkdtempSync(path.join(tmpdir(), 'compile-cache-'));
  const all = [];
  try {
    // Fills the cache.
    await measureOnce({ NODE_COMPILE_CACHE });
    for (let round = 0; round < rounds; round++) {
      const { mountedMs: cachedMs } = await measureOnce({ NODE_COMPILE_CACHE });
      all.push({ ...(await measureOnce({})), cachedMs });
    }
  } finally {
    rmSync(NODE_COMPILE_CACHE, { recursive: true });
  }
  return Object.fromEntries(
    Object.keys(all[0]).map((name) => [name, summary(all.map((figures) => figures[name]))]),
  );
}
