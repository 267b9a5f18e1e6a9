import { compare } from 'bcryptjs';
import express, { type Express, type RequestHandler } from 'express';
import { expressjwt, type Request as JwtRequest } from 'express-jwt';
import jwt from 'jsonwebtoken';

export interface Settings {
  jwtSecret: string;
  clients: { id: string; secretHash: string; scope: string; plan: string }[];
}

const requireScope =
  (scope: string): RequestHandler =>
  (req, res, next) => {
    const granted = (req as JwtRequest).auth?.scope as string;
    if (granted.split(' ').includes(scope)) next();
    else res.status(403).json({ error: 'insufficient_scope' });
  };

export function createApp({ jwtSecret, clients }: Settings): Express {
  const app = express();
  app.post('/token', express.json(), async (req, res) => {
    const { client_id: id, client_secret: secret } = req.body as Record<string, string>;
    const client = clients.find((each) => each.id === id);
    if (!client || !(await compare(secret ?? '', client.secretHash))) {
      res.status(401).json({ error: 'invalid_client' });
      return;
    }
    const { scope, plan } = client;
    const options = { subject: client.id, expiresIn: 3600 };
    res.json({ access_token: jwt.sign({ scope, plan }, jwtSecret, options) });
  });

  app.use(expressjwt({ secret: jwtSecret, algorithms: ['HS256'] }));
  app.get('/reports', requireScope('reports:read'), (req, res) => {
    const { auth } = req as JwtRequest;
    res.json({ client: auth?.sub, plan: auth?.plan as string });
  });
  return app;
}
