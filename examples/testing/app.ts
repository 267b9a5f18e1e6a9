import express, { type Express } from 'express';
import { getJwt, requireJwt, type JwtAuth } from 'express-client-jwt';

/** The app takes its auth as an argument, so that tests can bring their own. */
export function createApp(auth: JwtAuth): Express {
  const app = express();
  app.use(auth);
  app.get('/health', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
    res.json({ hello: getJwt(req).clientId });
  });
  return app;
}
