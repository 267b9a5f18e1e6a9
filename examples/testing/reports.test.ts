import { bcryptVerifier, createJwtAuth } from 'express-client-jwt';
import request from 'supertest';

import { createApp } from './app';

const auth = createJwtAuth({
  keys: 'a-key-for-the-tests-alone-9f2c1b7e',
  verifier: bcryptVerifier([{ clientId: 'reports', secrets: [], scopes: ['reports:read'] }]),
});
const app = createApp(auth);
/** A token without a secret and without hashing. */
const tokenWith = (...scopes: string[]) => auth.issueToken({ clientId: 'reports', scopes });

afterEach(() => jest.useRealTimers());

test('a client with the scope reads the reports', async () => {
  const res = await request(app)
    .get('/reports')
    .set('authorization', `Bearer ${tokenWith('reports:read')}`);
  expect([res.status, res.body]).toEqual([200, { hello: 'reports' }]);
});

test('a client without the scope is refused', async () => {
  const res = await request(app).get('/reports').set('authorization', `Bearer ${tokenWith()}`);
  expect([res.status, res.body]).toMatchObject([403, { code: 'ERR_INSUFFICIENT_SCOPE' }]);
});

test('a token is refused after an hour', async () => {
  const token = tokenWith('reports:read');
  jest.useFakeTimers({ advanceTimers: true, now: Date.now() + 3_600_000 });
  const res = await request(app).get('/reports').set('authorization', `Bearer ${token}`);
  expect([res.status, res.body]).toMatchObject([401, { code: 'ERR_TOKEN_EXPIRED' }]);
});
