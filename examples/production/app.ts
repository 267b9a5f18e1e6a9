import express, { type Express } from 'express';
import { getJwt, requireJwt, type JwtAuth } from 'express-client-jwt';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

import { serializers } from '../log';
import { register } from './metrics';
import type { Settings } from './settings';

/** What the app needs besides its auth. */
export interface AppParts {
  readonly trustProxy: Settings['trustProxy'];
  readonly isReady: () => Promise<boolean>;
  readonly logger: Logger;
}

/** The routes of the API. */
export function createApp(auth: JwtAuth, { trustProxy, isReady, logger }: AppParts): Express {
  const app = express();
  app.set('trust proxy', trustProxy);
  app.use(helmet());
  app.get('/health', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/ready', async (_req, res) => {
    if (await isReady()) res.json({ status: 'ready' });
    else res.status(503).json({ status: 'unavailable' });
  });
  app.use(pinoHttp({ logger, wrapSerializers: false, serializers }));
  app.use(auth);
  app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
    res.json({ hello: getJwt(req).clientId });
  });
  app.delete('/auth/jwt/current', requireJwt(), async (req, res) => {
    await auth.revokeToken(getJwt(req).claims);
    res.status(204).end();
  });
  return app;
}

/** On a port of its own, which stays inside. */
export function createMetricsApp(): Express {
  const app = express();
  app.get('/metrics', async (_req, res) => {
    res.type(register.contentType).send(await register.metrics());
  });
  return app;
}
