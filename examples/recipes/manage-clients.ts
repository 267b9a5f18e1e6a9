import { clientAdmin, ClientAdminError } from 'express-client-jwt/admin';
import { postgresStore } from 'express-client-jwt/stores/postgres';
import { Router } from 'express';
import type { Pool } from 'pg';

/** For your own dashboard: customers create API clients. Guard this router as you guard the dashboard. */
export function clientRoutes(pool: Pool): Router {
  const admin = clientAdmin(postgresStore(pool));
  const router = Router();
  router.post('/clients/:id', async (req, res) => {
    try {
      const { clientSecret, label } = await admin.add(req.params.id, { scopes: ['reports:read'] });
      res.status(201).json({ clientSecret, label }); // shown once, stored nowhere
    } catch (error) {
      if (!(error instanceof ClientAdminError)) throw error;
      res.status(409).json({ code: error.code });
    }
  });
  router.post('/clients/:id/rotate', async (req, res) => {
    const week = new Date(Date.now() + 7 * 86_400_000);
    const { clientSecret, label } = await admin.rotate(req.params.id, { retireOthersAt: week });
    res.json({ clientSecret, label });
  });
  return router;
}
