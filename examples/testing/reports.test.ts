import { bearerHeader, createTestAuth, openRoutes } from 'express-client-jwt/testing';
import request from 'supertest';

import { createApp } from './app';

const auth = createTestAuth();
const app = createApp(auth);

test('a client with the scope reads the reports', async () => {
  const res = await request(app)
    .get('/reports')
    .set(bearerHeader(auth, { clientId: 'reports', scopes: ['reports:read'] }));
  expect([res.status, res.body]).toEqual([200, { hello: 'reports' }]);
});

test('a client without the scope is refused', async () => {
  const res = await request(app).get('/reports').set(bearerHeader(auth));
  expect([res.status, res.body]).toMatchObject([403, { code: 'ERR_INSUFFICIENT_SCOPE' }]);
});

test('an expired token is refused', async () => {
  const res = await request(app)
    .get('/reports')
    .set(bearerHeader(auth, { expired: true }));
  expect([res.status, res.body]).toMatchObject([401, { code: 'ERR_TOKEN_EXPIRED' }]);
});

test('no route is open but the health check', () => {
  expect(openRoutes(app)).toEqual(['GET /health']);
});
