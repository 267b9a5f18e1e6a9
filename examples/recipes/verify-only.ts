import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { createJwtGuard, requireJwt } from 'express-client-jwt';
import { Router } from 'express';

const issuer = 'https://api.example.com';

/** A service that trusts the tokens of another one, by its public key. */
export function reports(): Router {
  const keys = { key: createPublicKey(readFileSync('keys/public.pem')), kid: '2026-11' };
  const router = Router();
  router.use(createJwtGuard({ keys, issuer, audience: issuer }));
  router.get('/reports', requireJwt({ scope: 'reports:read' }), (_req, res) => {
    res.json([]);
  });
  return router;
}
