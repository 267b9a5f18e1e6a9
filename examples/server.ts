/**
 * An API as a company would have it: routes of its own, security headers, a log, a health check, an orderly stop.
 *
 *   PORT        where it listens on 127.0.0.1. Default: 3000.
 *   STATE_DIR   where it keeps its key and its clients. Default: .example; made at the first start.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { bcryptVerifier, createJwtAuth, type JwtAuth } from 'express-client-jwt';
import { fileStore } from 'express-client-jwt/stores/file';
import { pino } from 'pino';

import { createApp } from './app';
import { loadState } from './state';

const logger = pino();

void main();

async function main(): Promise<void> {
  const port = portOf(process.env.PORT ?? '3000');
  if (port === undefined) {
    fail('PORT must be a number from 0 to 65535.');
    return;
  }
  const server = createServer();
  if (!(await canListen(server, port))) {
    fail(`Port ${String(port)} is in use. Choose another one: PORT=3001 npm start`);
    return;
  }
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const state = await loadState(process.env.STATE_DIR ?? '.example', url);
  const auth = createJwtAuth({
    keys: state.jwtSecret,
    verifier: bcryptVerifier(fileStore(state.clientsFile)),
    onEvent: (event) => {
      const level = event.type === 'outage' ? 'error' : 'info';
      logger[level](event);
    },
  });
  server.on('request', createApp(auth, logger));
  stopOnSignal(server, auth);
  process.stdout.write(`${state.notice}\n\nListening on ${url}\n`);
}

function portOf(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

/** Listens before the clients are made: their secrets are shown once, and must not be lost. */
function canListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      resolve(true);
    });
  });
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
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
