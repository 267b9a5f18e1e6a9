import express, { type Express } from 'express';
import { getJwt, requireJwt, type JwtAuth } from 'express-client-jwt';
import { openApiDocument } from 'express-client-jwt/openapi';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

import type { EventFeed } from './event-feed';
import { serializers } from './log';
import { createPages, HELMET_OPTIONS } from './pages';

/** The routes of the example server. */
export function createApp(auth: JwtAuth, logger: Logger, feed: EventFeed): Express {
  const app = express();
  app.use(helmet(HELMET_OPTIONS));
  app.get('/health', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.use(createPages(feed));
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

  const document = openApiDocument(auth, { title: 'The example API', version: '1.0.0' }, app);
  app.get('/openapi.json', (_req, res) => {
    res.json(document);
  });
  return app;
}
