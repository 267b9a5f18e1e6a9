import express, { type Express } from 'express';
import type { ClientRecord } from 'express-client-jwt';
import { bcryptVerifier, createJwtAuth, getJwt, requireJwt } from 'express-client-jwt';

import { acceptApiKeys } from './accept-api-keys';

export interface Settings {
  jwtSecret: string;
  /** What hashApiKeys() returned. */
  clients: ClientRecord[];
  /** The keys of callers that do not fetch tokens yet. */
  apiKeys?: Map<string, string>;
}

export function createApp({ jwtSecret, clients, apiKeys }: Settings): Express {
  const auth = createJwtAuth({ keys: jwtSecret, verifier: bcryptVerifier(clients) });
  const app = express();
  app.use(auth);
  if (apiKeys) app.use(acceptApiKeys(auth, apiKeys));
  app.get('/reports', requireJwt(), (req, res) => {
    res.json({ client: getJwt(req).clientId });
  });
  return app;
}
