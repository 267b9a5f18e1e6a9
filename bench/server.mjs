// The server process of the benchmark. It builds the apps of one file in apps/, sends their ports to the parent, and then
// reports its CPU time, heap and event loop delay on request.
import { monitorEventLoopDelay } from 'node:perf_hooks';

// Enabled on first use because it wakes the process a thousand times a second.
const delay = monitorEventLoopDelay({ resolution: 1 });

const replies = {
  /** CPU time of the process and its threads, in microseconds. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** Heap in bytes after garbage collection. */
  heap: () => {
    for (let times = 0; times < 3; times++) globalThis.gc();
    return process.memoryUsage().heapUsed;
  },
  /** Event loop delay since the previous request for it, in milliseconds. */
  delay: () => {
    delay.enable();
    const { max } = delay;
    const p99 = delay.percentile(99);
    delay.reset();
    return { p99: p99 / 1e6, max: max / 1e6 };
  },
};

function listen(app) {
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server.address().port));
    // Connections stay open while other contenders have their turn.
    server.keepAliveTimeout = 0;
  });
}

process.on('message', async (message) => {
  if (message.build === undefined) return process.send({ reply: replies[message.ask]() });
  const { build } = await import(new URL(`apps/${message.build}.mjs`, import.meta.url));
  const apps = [await build(message.name, message.settings)].flat();
  process.send({ reply: await Promise.all(apps.map(listen)) });
});
process.once('disconnect', () => process.exit());
