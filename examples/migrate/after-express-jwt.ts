import express, { type Express, type RequestHandler } from 'express';
import { bcryptVerifier, createJwtAuth, getJwt, requireJwt } from 'express-client-jwt';

export interface Settings {
  jwtSecret: string;
  clients: { id: string; secretHash: string; scope: string; plan: string }[];
}

/** For callers that send JSON. Remove it when they all send the headers. */
const bodyToHeaders: RequestHandler = (req, _res, next) => {
  const { client_id: id, client_secret: secret } = (req.body ?? {}) as Record<string, string>;
  if (id !== undefined) req.headers['client-id'] = id;
  if (secret !== undefined) req.headers['client-secret'] = secret;
  next();
};

export function createApp({ jwtSecret, clients }: Settings): Express {
  const records = clients.map(({ id, secretHash, scope, plan }) => ({
    clientId: id,
    secrets: [{ hash: secretHash }],
    scopes: scope.split(' ').filter(Boolean),
    claims: { plan },
  }));
  const verifier = bcryptVerifier(records);

  const app = express();
  app.post('/token', express.json(), bodyToHeaders);
  app.use(createJwtAuth({ keys: jwtSecret, path: '/token', tokenInBody: true, verifier }));
  app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
    const { clientId, claims } = getJwt(req);
    res.json({ client: clientId, plan: claims.plan });
  });
  return app;
}
