// A process of its own for one app of apps/. It tells its port, and what it has used when asked.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });

const answers = {
  /** CPU of the whole process, its threads too, in microseconds. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  heap: () => {
    for (let times = 0; times < 3; times++) globalThis.gc();
    return process.memoryUsage().heapUsed;
  },
  /** Of the event loop, in milliseconds, since it was last asked. */
  delay: () => {
    const { max } = delay;
    const p99 = delay.percentile(99);
    delay.reset();
    return { p99: p99 / 1e6, max: max / 1e6 };
  },
};

process.on('message', async (message) => {
  if (message.build === undefined) return process.send({ answer: answers[message.ask]() });
  const { build } = await import(new URL(`apps/${message.build}.mjs`, import.meta.url));
  const app = await build(message.name, message.settings);
  const server = app.listen(0, '127.0.0.1', () => process.send({ answer: server.address().port }));
  // Connections stay while other contenders have their turn.
  server.keepAliveTimeout = 0;
  delay.enable();
});
process.once('disconnect', () => process.exit());
