/**
 * An API as a company would have it: routes of its own, security headers, a log, a health check, an orderly stop.
 *
 *   PORT        where it listens on 127.0.0.1. Default: 3000.
 *   STATE_DIR   where it keeps its key and its clients. Default: .example; made at the first start.
 */
import { createServer, type Server } from 'node:http';

import express, { type Express } from 'express';
import {
  bcryptVerifier,
  createJwtAuth,
  getJwt,
  requireJwt,
  type JwtAuth,
} from 'express-client-jwt';
import { fileStore } from 'express-client-jwt/stores/file';
import helmet from 'helmet';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';

import { loadState } from './state';

const logger = pino({
  redact: [
    'req.headers.authorization',
    'req.headers["client-secret"]',
    'req.headers.cookie',
    'res.headers.authorization',
  ],
});

void main();

async function main(): Promise<void> {
  const port = Number(process.env.PORT ?? 3000);
  const url = `http://127.0.0.1:${String(port)}`;
  const state = await loadState(process.env.STATE_DIR ?? '.example', url);
  // Said before anything can go wrong: the secrets are not to be had again.
  process.stdout.write(`${state.notice}\n\n`);
  const auth = createJwtAuth({
    keys: state.jwtSecret,
    verifier: bcryptVerifier(fileStore(state.clientsFile)),
    onEvent: (event) => {
      const level = event.type === 'outage' ? 'error' : 'info';
      logger[level](event);
    },
  });
  const server = createServer(createApp(auth));
  server.on('error', (error) => {
    logger.fatal(error, `cannot listen on ${url}; choose another port with: PORT=3001 npm start`);
    process.exitCode = 1;
  });
  server.listen(port, '127.0.0.1', () => {
    process.stdout.write(`Listening on ${url}\n`);
  });
  stopOnSignal(server, auth);
}

function createApp(auth: JwtAuth): Express {
  const app = express();
  app.use(helmet());
  app.get('/health', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.use(pinoHttp({ logger }));
  app.use(auth);

  app.get('/hello', requireJwt(), (req, res) => {
    res.json({ hello: getJwt(req).clientId });
  });
  app.get('/reports', requireJwt({ scope: 'reports:read' }), (_req, res) => {
    res.json({ reports: [{ id: 1, title: 'Monday' }] });
  });
  app.delete('/reports/:id', requireJwt({ scope: 'reports:write' }), (req, res) => {
    res.json({ deleted: req.params.id });
  });
  return app;
}

/** Requests under way are answered; then nothing keeps the process alive. */
function stopOnSignal(server: Server, auth: JwtAuth): void {
  const stop = (): void => {
    server.close(() => void auth.close());
    server.closeIdleConnections();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
