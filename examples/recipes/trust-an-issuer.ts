import { createJwtGuard, requireJwt } from 'express-client-jwt';
import { Router } from 'express';

/** A service that accepts tokens of any issuer that publishes its keys. */
export function reports(): Router {
  const router = Router();
  router.use(
    createJwtGuard({ issuer: 'https://login.example.com/', audience: 'https://api.example.com' }),
  );
  router.get('/reports', requireJwt({ scope: 'reports:read' }), (_req, res) => {
    res.json([]);
  });
  return router;
}
