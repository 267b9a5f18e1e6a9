// Starts an Express app once, in a process of its own: first without the package, then with it.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const heap = () => {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
};

const beforeExpress = performance.now();
const app = require('express')();
const expressMs = performance.now() - beforeExpress;
const heapBefore = heap();

const beforePackage = performance.now();
const { bcryptVerifier, createJwtAuth } = require('../../dist/index.js');
const requireMs = performance.now() - beforePackage;
app.use(
  createJwtAuth({ keys: 'a-secret-for-a-process-that-ends-at-once', verifier: bcryptVerifier([]) }),
);
const mountedMs = performance.now() - beforePackage;

process.send({ expressMs, requireMs, mountedMs, heapBytes: heap() - heapBefore });
process.disconnect();
