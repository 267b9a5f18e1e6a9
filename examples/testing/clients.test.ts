import { createTestAuth, type TestClient } from 'express-client-jwt/testing';
import request from 'supertest';

import { createApp } from './app';

const clients: TestClient[] = [
  { clientId: 'reports', clientSecret: 'made-up', scopes: ['reports:read'] },
];
const app = createApp(createTestAuth({ clients }));
const login = () =>
  request(app).get('/auth/jwt').set({ 'client-id': 'reports', 'client-secret': 'made-up' });

test('a client logs in, and is refused after it was disabled', async () => {
  const { headers } = await login();
  const authorization = String(headers.authorization);
  expect((await request(app).get('/reports').set({ authorization })).status).toBe(200);

  clients[0] = { clientId: 'reports', clientSecret: 'made-up', disabled: true };
  expect((await login()).status).toBe(403);
  expect((await request(app).get('/reports').set({ authorization })).status).toBe(401);
});
