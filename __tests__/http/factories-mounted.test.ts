import express from 'express';
import { createJwtAuth, requireJwt } from 'express-client-jwt';
import request from 'supertest';

describe('a factory that is mounted without being called', () => {
  test('createJwtAuth explains the mistake when Express calls it', async () => {
    let message = '';
    const app = express();
    app.use(createJwtAuth as never);
    app.use(((error: Error, _req: unknown, res: express.Response, _next: unknown) => {
      message = error.message;
      res.status(500).end();
    }) as express.ErrorRequestHandler);
    await request(app).get('/');
    expect(message).toBe('Call createJwtAuth() and pass its result: app.use(createJwtAuth({ … }))');
  });

  test('requireJwt lets nobody through and explains the mistake', async () => {
    let message = '';
    const app = express();
    app.get('/', requireJwt as never, () => {
      throw new Error('reached');
    });
    app.use(((error: Error, _req: unknown, res: express.Response, _next: unknown) => {
      message = error.message;
      res.status(500).end();
    }) as express.ErrorRequestHandler);
    await request(app).get('/');
    expect(message).toBe(
      "Call requireJwt() and pass its result: app.get('/path', requireJwt(), handler)",
    );
  });
});
