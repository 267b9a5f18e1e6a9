/** Which routes of the example apps are open. */
import { openRoutes } from 'express-client-jwt/testing';
import { pino } from 'pino';

import { createApp as createServerApp } from '../../examples/app';
import { createEventFeed } from '../../examples/event-feed';
import { createApp as createProductionApp, createMetricsApp } from '../../examples/production/app';
import { createApp as createOpenApiApp } from '../../examples/recipes/openapi';
import { catalogue } from '../../examples/recipes/optional';
import { createApp as createTestedApp } from '../../examples/testing/app';
import { testAuth } from '../support/app';
import { apiKeys, expressJwt, handWritten, oauth2JwtBearer, passportJwt } from '../support/migrate';

const logger = pino({ enabled: false });
const isReady = () => Promise.resolve(true);

const APPS: readonly [string, () => object, readonly string[]][] = [
  [
    'app',
    () => createServerApp(testAuth(), logger, createEventFeed()),
    [
      'GET /health',
      'GET /events',
      'ALL /* (serveStatic)',
      'ALL /docs/* (serveStatic)',
      'GET /openapi.json',
    ],
  ],
  ['testing/app', () => createTestedApp(testAuth()), ['GET /health']],
  ['recipes/openapi', () => createOpenApiApp(testAuth()), ['GET /openapi.json']],
  [
    'production/app',
    () => createProductionApp(testAuth(), { trustProxy: false, isReady, logger }),
    ['GET /health', 'GET /ready'],
  ],
  ['recipes/optional', () => catalogue, ['GET /items']],
  ['production/app, its metrics', createMetricsApp, ['GET /metrics']],
];

test.each(APPS)('openRoutes lists the open routes of %s', (_name, create, open) => {
  expect(openRoutes(create())).toEqual(open);
});

const sides = [expressJwt, passportJwt, oauth2JwtBearer, handWritten, apiKeys].flatMap((pair) =>
  pair.sides.map((side) => [side.name, side] as const),
);
const withOurGuard = sides.filter(([name]) => name.startsWith('after'));
const withAnother = sides.filter(([name]) => name.startsWith('before'));

test.each(withOurGuard)('openRoutes does not list the guarded route of %s', async (_name, side) => {
  expect(openRoutes(await side.createApp())).not.toContain('GET /reports');
});

test.each(withAnother)(
  'openRoutes lists the route of %s, which has no guard of ours',
  async (_name, side) => {
    expect(openRoutes(await side.createApp())).toContain('GET /reports');
  },
);
