import express, { type Express } from 'express';
import { requireJwt, type JwtAuth } from 'express-client-jwt';
import { openApiDocument } from 'express-client-jwt/openapi';

export function createApp(auth: JwtAuth): Express {
  const app = express();
  app.use(auth);
  app.get('/reports/:id', requireJwt({ scope: 'reports:read' }), (req, res) => {
    res.json({ id: req.params.id });
  });

  const document = openApiDocument(auth, { title: 'Reports', version: '2.0.0' }, app);
  app.get('/openapi.json', (_req, res) => {
    res.json(document);
  });
  return app;
}
