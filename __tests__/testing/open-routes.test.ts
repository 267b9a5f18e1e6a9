import express from 'express';
import { requireJwt } from 'express-client-jwt';
import { openRoutes } from 'express-client-jwt/testing';

import { testAuth } from '../support/app';

test('openRoutes lists the routes that a request without a token can reach', () => {
  const app = express();
  app.use(express.json(), testAuth({ oauth: true }));
  app.get('/health', (_req, res) => res.end());
  app.get('/reports', requireJwt(), (_req, res) => res.end());
  app.get('/news', requireJwt({ optional: true }), (_req, res) => res.end());
  app.use('/files', express.static('.'));
  app.use('/safe', requireJwt(), express.static('.'));
  expect(openRoutes(app)).toEqual(['GET /health', 'GET /news', 'ALL /files/* (serveStatic)']);
});

test('openRoutes throws for what is no app', () => {
  expect(() => openRoutes({})).toThrow('openRoutes: pass an Express app or router.');
});
