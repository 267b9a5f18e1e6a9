import express, { type Express, type RequestHandler } from 'express';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';

import type { Client, FindClient } from './clients';

export interface Settings {
  jwtSecret: string;
  findClient: FindClient;
}

const requireScope =
  (scope: string): RequestHandler =>
  (req, res, next) => {
    const granted = (req.user as { scope: string }).scope;
    if (granted.split(' ').includes(scope)) next();
    else res.status(403).json({ error: 'insufficient_scope' });
  };

export function createApp({ jwtSecret, findClient }: Settings): Express {
  const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
  const options = { jwtFromRequest, secretOrKey: jwtSecret, algorithms: ['HS256' as const] };
  passport.use(
    new Strategy(options, (payload: { sub: string; scope: string }, done) => {
      findClient(payload.sub).then((client) => {
        done(null, client?.active ? { ...client, scope: payload.scope } : false);
      }, done);
    }),
  );

  const app = express();
  app.use(passport.authenticate('jwt', { session: false }));
  app.get('/reports', requireScope('reports:read'), (req, res) => {
    const client = req.user as Client;
    res.json({ client: client.id, name: client.name });
  });
  return app;
}
