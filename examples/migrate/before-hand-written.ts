import { compare } from 'bcryptjs';
import express, { type Express, type RequestHandler } from 'express';
import jwt, { type JwtPayload } from 'jsonwebtoken';

import type { FindClient } from './clients';

export interface Settings {
  jwtSecret: string;
  findClient: FindClient;
}

export function createApp({ jwtSecret, findClient }: Settings): Express {
  const requireToken =
    (scope: string): RequestHandler =>
    (req, res, next) => {
      try {
        const token = (req.get('authorization') ?? '').replace('Bearer ', '');
        const claims = jwt.verify(token, jwtSecret) as JwtPayload & { scope: string };
        res.locals.client = claims.sub;
        if (claims.scope.split(' ').includes(scope)) next();
        else res.status(403).json({ error: 'insufficient scope' });
      } catch {
        res.status(401).json({ error: 'invalid token' });
      }
    };

  const app = express();
  app.post('/auth/token', async (req, res) => {
    const client = await findClient(req.get('client-id') ?? '');
    const secret = req.get('client-secret') ?? '';
    if (!client?.active || !(await compare(secret, client.secretHash))) {
      res.status(401).json({ error: 'invalid client' });
      return;
    }
    const claims = { sub: client.id, scope: client.scopes.join(' ') };
    res.json({ access_token: jwt.sign(claims, jwtSecret, { expiresIn: 3600 }), expires_in: 3600 });
  });
  app.get('/reports', requireToken('reports:read'), (_req, res) => {
    res.json({ client: res.locals.client as string });
  });
  return app;
}
