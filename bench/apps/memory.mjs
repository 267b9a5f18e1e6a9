// The package with what holds memory: tokens, standings, counts of failures, secrets.
import express from 'express';
import { bcryptVerifier, createJwtAuth, memoryRevocations, requireJwt } from '../../dist/index.js';

/** So high that the one address of the benchmark is never refused, and every made-up id is counted. */
const throttle = { failures: 1_000_000, windowSeconds: 3600 };

const apps = {
  /** Every client id is one of a client, which the guard asks for by a promise. */
  guard: ({ secret, tokenCacheSize }) =>
    createJwtAuth({
      ...{ keys: secret, revocations: memoryRevocations(), tokenCacheSize },
      verifier: { verify: async () => undefined, find: async (clientId) => ({ clientId }) },
    }),
  /** Every client id is made up, and refused without hashing. */
  refusing: ({ secret }) =>
    createJwtAuth({ keys: secret, throttle, verifier: { verify: async () => undefined } }),
  /** Every client id costs a hash: those of the clients their own, made-up ones a decoy. */
  hashing: ({ secret, clients, cacheSize }) => {
    const records = clients.map(({ clientId, hash }) => ({ clientId, secrets: [{ hash }] }));
    return createJwtAuth({ keys: secret, verifier: bcryptVerifier(records, { cacheSize }) });
  },
};

export async function build(name, settings) {
  const app = express();
  app.use(apps[name](settings));
  app.get('/guarded', requireJwt(), (_req, res) => res.json({ ok: true }));
  return app;
}
