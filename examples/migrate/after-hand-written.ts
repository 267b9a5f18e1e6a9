import express, { type Express } from 'express';
import { bcryptVerifier, createJwtAuth, getJwt, requireJwt } from 'express-client-jwt';

import type { FindClient } from './clients';

export interface Settings {
  jwtSecret: string;
  findClient: FindClient;
}

export function createApp({ jwtSecret, findClient }: Settings): Express {
  const find = async (clientId: string) => {
    const client = await findClient(clientId);
    if (!client) return undefined;
    const { id, active, secretHash, scopes } = client;
    return { clientId: id, disabled: !active, secrets: [{ hash: secretHash }], scopes };
  };
  const verifier = bcryptVerifier({ find });

  const app = express();
  app.use(createJwtAuth({ keys: jwtSecret, path: '/auth/token', tokenInBody: true, verifier }));
  app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
    res.json({ client: getJwt(req).clientId });
  });
  return app;
}
