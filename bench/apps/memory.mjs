// Apps for the memory section: each fills one cache of the package.
import express from 'express';

import { toRecords } from '../tools/clients.mjs';
import { loadPackage } from '../tools/package.mjs';

const { bcryptVerifier, createJwtAuth, memoryRevocations, requireJwt } = loadPackage();

/** So high that the benchmark's only address is never blocked and every made-up ID is counted. */
const throttle = { failures: 1_000_000, windowSeconds: 3600 };

const apps = {
  /** Knows every client ID. `find` is asynchronous. */
  guard: ({ secret, tokenCacheSize }) =>
    createJwtAuth({
      keys: secret,
      revocations: memoryRevocations(),
      tokenCacheSize,
      verifier: { verify: async () => undefined, find: async (clientId) => ({ clientId }) },
    }),
  /** Rejects every client ID without hashing. */
  throttle: ({ secret }) =>
    createJwtAuth({ keys: secret, throttle, verifier: { verify: async () => undefined } }),
  /** Hashes the secret of every client ID, known or not. */
  bcrypt: ({ secret, clients, cacheSize }) =>
    createJwtAuth({
      keys: secret,
      verifier: bcryptVerifier(toRecords(clients), { cacheSize }),
    }),
};

export async function build(name, settings) {
  const app = express();
  app.use(apps[name](settings));
  app.get('/guarded', requireJwt(), (_req, res) => res.json({ ok: true }));
  return app;
}
