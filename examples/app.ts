import express, { type Express } from 'express';
import { getJwt, requireJwt, type JwtAuth } from 'express-client-jwt';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

import { serializers } from './log';

const ROUTES = [
  'GET /health',
  'GET|POST /auth/jwt (headers client-id and client-secret)',
  'GET /hello (any token)',
  'GET /reports (scope reports:read)',
  'DELETE /reports/:id (scope reports:write)',
];

/** The routes of the example server. */
export function createApp(auth: JwtAuth, logger: Logger): Express {
  const app = express();
  app.use(helmet());
  app.get('/', (_req, res) => {
    res.json({ example: 'express-client-jwt', routes: ROUTES });
  });
  app.get('/health', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.use(pinoHttp({ logger, wrapSerializers: false, serializers }));
  app.use(auth);

  app.get('/hello', requireJwt(), (req, res) => {
    res.json({ hello: getJwt(req).clientId });
  });
  app.get('/reports', requireJwt({ scope: 'reports:read' }), (_req, res) => {
    res.json({ reports: [{ id: 1, title: 'Monday' }] });
  });
  app.delete('/reports/:id', requireJwt({ scope: 'reports:write' }), (req, res) => {
    res.json({ deleted: req.params.id });
  });
  return app;
}
