import express from 'express';
import request from 'supertest';

import { getToken, testApp } from './support/app';
import { HASH, SECRET } from './support/clients';
import { takeLeaks, watchEvent } from './support/leaks';
import { KEY, mint } from './support/mint';

describe('the leak check of all tests', () => {
  test('finds a secret in the body of a response', async () => {
    await getToken(
      express().use((req, res) => void res.json(req.headers['client-secret'])),
      'reports',
      'a-secret-of-this-test',
    );
    expect(takeLeaks()).toHaveLength(1);
  });

  test('finds a token in a header of a response', async () => {
    const app = express().use((req, res) => {
      res.writeHead(401, { 'WWW-Authenticate': String(req.headers.authorization) });
      res.end();
    });
    await request(app).get('/').set('Authorization', `Bearer ${mint()}`);
    expect(takeLeaks()).toHaveLength(1);
  });

  test('finds a hash in a body that is written in chunks', async () => {
    const app = express().use((_req, res) => {
      res.write(HASH.slice(0, 20));
      res.end(HASH.slice(20));
    });
    await request(app).get('/');
    expect(takeLeaks()).toHaveLength(1);
  });

  test('finds a key in a log line', () => {
    console.debug({ key: KEY });
    expect(takeLeaks()).toHaveLength(1);
  });

  test('finds a secret in a warning', () => {
    process.emitWarning(`a secret of the tests: ${SECRET}`);
    expect(takeLeaks()).toHaveLength(1);
  });

  test('finds a hash in an event', () => {
    watchEvent({ type: 'outage', source: 'verifier', cause: undefined, clientId: HASH });
    expect(takeLeaks().length).toBeGreaterThan(0);
  });
});

test('finds no leak in the response with a token, or in refusals', async () => {
  const app = testApp();
  expect((await getToken(app)).status).toBe(200);
  expect((await getToken(app, 'reports', 'a-wrong-secret')).status).toBe(403);
  expect(takeLeaks()).toEqual([]);
});

test.each([
  ['a token', () => mint(), 1],
  [
    'a random text with the letters of a token in the middle',
    () => 'doctor-XZT995T5eyJrLeyJ3qksA',
    0,
  ],
])('an event with %s as its client', (_title, clientId, leaks) => {
  watchEvent({ type: 'outage', source: 'verifier', cause: undefined, clientId: clientId() });
  expect(takeLeaks()).toHaveLength(leaks);
});
