import express, { type Express } from 'express';
import { bcryptVerifier, createJwtAuth, getJwt, requireJwt } from 'express-client-jwt';

import type { FindClient } from './clients';

export interface Settings {
  jwtSecret: string;
  oldJwtSecret: string;
  findClient: FindClient;
}

export function createApp({ jwtSecret, oldJwtSecret, findClient }: Settings): Express {
  const find = async (clientId: string) => {
    const client = await findClient(clientId);
    if (!client) return undefined;
    const { id, active, secretHash, scopes } = client;
    return { clientId: id, disabled: !active, secrets: [{ hash: secretHash }], scopes };
  };
  // The first key signs. Remove the second one when the last old token has expired.
  const keys = [
    { key: jwtSecret, kid: '2026' },
    { key: oldJwtSecret, kid: '2025' },
  ];

  const app = express();
  app.use(createJwtAuth({ keys, verifier: bcryptVerifier({ find }) }));
  app.get('/reports', requireJwt({ scope: 'reports:read' }), async (req, res) => {
    const client = await findClient(getJwt(req).clientId);
    res.json({ client: client?.id, name: client?.name });
  });
  return app;
}
