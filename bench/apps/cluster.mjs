// The example server in several processes that share its port, its key and its clients.
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';

const workers = Number(process.argv[2]);
cluster.setupPrimary({
  exec: fileURLToPath(new URL('../../dist/examples/server.js', import.meta.url)),
});
for (let count = 0; count < workers; count++) cluster.fork();
process.once('disconnect', () => {
  for (const worker of Object.values(cluster.workers)) {
    worker.kill();
    worker.disconnect();
  }
});
