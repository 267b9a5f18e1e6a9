// Starts an Express app once, first without the package and then with it, and sends the figures to the parent.
import { createRequire } from 'node:module';

import { loadPackage } from '../tools/package.mjs';

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
const { bcryptVerifier, createJwtAuth } = loadPackage();
const requireMs = performance.now() - beforePackage;
const keys = 'a-secret-for-a-process-that-exits-at-once';
app.use(createJwtAuth({ keys, verifier: bcryptVerifier([]) }));
const mountedMs = performance.now() - beforePackage;

process.send({ expressMs, requireMs, mountedMs, heapBytes: heap() - heapBefore });
process.disconnect();
