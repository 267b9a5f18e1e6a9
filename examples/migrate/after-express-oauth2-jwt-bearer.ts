import express, { type Express } from 'express';
import { createJwtGuard, getJwt, requireJwt } from 'express-client-jwt';

export interface Settings {
  jwtSecret: string;
  issuer: string;
  audience: string;
}

export function createApp({ jwtSecret, issuer, audience }: Settings): Express {
  const app = express();
  app.use(createJwtGuard({ keys: jwtSecret, issuer, audience }), requireJwt());
  app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
    const { clientId, claims } = getJwt(req);
    res.json({ client: clientId, plan: claims.plan });
  });
  return app;
}
