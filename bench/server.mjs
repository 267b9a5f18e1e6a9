// A process of its own for what apps/ builds: one app, or some that are compared in it. It tells their ports, and what it has
// used when asked.
import { monitorEventLoopDelay } from 'node:perf_hooks';

// Asleep until it is asked for: it wakes the process a thousand times a second.
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
  /** Of the event loop, in milliseconds, since it was last asked; the first time since now. */
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
    // Connections stay while other contenders have their turn.
    server.keepAliveTimeout = 0;
  });
}

process.on('message', async (message) => {
  if (message.build === undefined) return process.send({ answer: answers[message.ask]() });
  const { build } = await import(new URL(`apps/${message.build}.mjs`, import.meta.url));
  const apps = [await build(message.name, message.settings)].flat();
  process.send({ answer: await Promise.all(apps.map(listen)) });
});
process.once('disconnect', () => process.exit());
