import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { createJwtGuard, requireJwt } from 'express-client-jwt';
import { Router } from 'express';

/** A service that trusts the tokens of another one, by its public key. */
export function reports(): Router {
  const keys = createPublicKey(readFileSync('keys/public.pem'));
  const router = Router();
  router.use(createJwtGuard({ keys, issuer: 'https://api.example.com' }));
  router.get('/reports', requireJwt({ scope: 'reports:read' }), (_req, res) => {
    res.json([]);
  });
  return router;
}
