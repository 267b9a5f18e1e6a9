/**
 * An API with a page to try it on: security headers, a log, a health check, and a stop that ends open requests.
 *
 *   PORT         the port on 127.0.0.1 (default: 3000)
 *   STATE_DIR    the folder of its key and its clients (default: .example); created at the first start
 *   EXPIRES_IN   how long tokens are valid, in seconds (default: an hour)
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { bcryptVerifier, createJwtAuth, type JwtAuth } from 'express-client-jwt';
import { fileStore } from 'express-client-jwt/stores/file';
import { pino } from 'pino';

import { createApp } from './app';
import { createEventFeed, type EventFeed } from './event-feed';
import { noticeOf } from './notice';
import { loadState } from './state';

const logger = pino();
const server = createServer();

main().catch((error: unknown) => {
  server.close();
  fail(error instanceof Error ? error.message : String(error));
});

async function main(): Promise<void> {
  const { PORT = '3000', STATE_DIR = '.example', EXPIRES_IN } = process.env;
  const port = portOf(PORT);
  if (port === undefined) {
    fail('PORT must be a number from 0 to 65535.');
    return;
  }
  if (!(await canListen(port))) {
    fail(`Port ${String(port)} is in use. Choose another one: PORT=3001 npm start`);
    return;
  }
  const state = await loadState(STATE_DIR);
  const feed = createEventFeed();
  const auth = createJwtAuth({
    keys: state.jwtSecret,
    verifier: bcryptVerifier(fileStore(state.clientsFile)),
    expiresInSeconds: EXPIRES_IN === undefined ? undefined : Number(EXPIRES_IN),
    oauth: true,
    onEvent: (event) => {
      feed.publish(event);
      logger[event.type === 'outage' ? 'error' : 'info'](event);
    },
  });
  server.on('request', createApp(auth, logger, feed));
  stopOnSignal(auth, feed);
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  process.stdout.write(`${noticeOf(state, url)}\n\n`);
}

function portOf(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

/** Listens before the clients are created, because their secrets are shown only once. */
function canListen(port: number): Promise<boolean> {
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

/** Requests under way get their response; then nothing keeps the process alive. */
function stopOnSignal(auth: JwtAuth, feed: EventFeed): void {
  const stop = (): void => {
    feed.close();
    server.close(() => void auth.close());
    server.closeIdleConnections();
    // Keeps nothing alive by itself; callers that do not finish have this long.
    setTimeout(() => {
      server.closeAllConnections();
    }, 5000).unref();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
