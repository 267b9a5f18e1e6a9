import express, { type Express } from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';

export interface Settings {
  jwtSecret: string;
  issuer: string;
  audience: string;
}

export function createApp({ jwtSecret, issuer, audience }: Settings): Express {
  const app = express();
  app.use(auth({ secret: jwtSecret, tokenSigningAlg: 'HS256', issuer, audience }));
  app.get('/reports', requiredScopes('reports:read'), (req, res) => {
    const payload = req.auth?.payload;
    res.json({ client: payload?.sub, plan: payload?.plan });
  });
  return app;
}
