import express from 'express';
import { bcryptVerifier, createJwtAuth } from 'express-client-jwt';
import jwt from 'jsonwebtoken';
import request from 'supertest';

import { acceptApiKeys } from '../../examples/migrate/accept-api-keys';
import * as afterApiKeys from '../../examples/migrate/after-api-keys';
import * as afterExpressJwt from '../../examples/migrate/after-express-jwt';
import * as afterHandWritten from '../../examples/migrate/after-hand-written';
import * as afterPassport from '../../examples/migrate/after-passport-jwt';
import type { FindClient } from '../../examples/migrate/clients';
import { hashApiKeys } from '../../examples/migrate/hash-api-keys';
import { getToken, tokenOf } from '../support/app';
import { SECRET } from '../support/clients';
import { KEY } from '../support/mint';
import {
  API_KEY,
  apiKeys,
  bearer,
  expressJwt,
  expressJwtSettings,
  findClient,
  forgedHeaders,
  getReports,
  handWritten,
  inHeaders,
  inJson,
  NEW_KEY,
  oauth2JwtBearer,
  outcomeOf,
  passportJwt,
  signOld,
  type Pair,
  type Side,
} from '../support/migrate';

const pairs = [expressJwt, passportJwt, oauth2JwtBearer, handWritten, apiKeys];
const withScopes = pairs.filter(({ oldToken }) => oldToken !== undefined);

/** A row per app: its name, itself and its guide. */
const appsOf = (guides: readonly Pair[]): [string, Side, Pair][] =>
  guides.flatMap((pair) => pair.sides.map((side): [string, Side, Pair] => [side.name, side, pair]));
const issuing = appsOf(pairs).flatMap(([name, { createApp, askForToken }]) =>
  askForToken ? ([[name, createApp, askForToken]] as const) : [],
);

afterEach(() => {
  jest.restoreAllMocks();
});

describe('before and after', () => {
  test.each(appsOf(pairs))('%s serves a caller that authenticates', async (_name, side, pair) => {
    const app = await side.createApp();
    const res = await getReports(app, await side.authenticate(app, 'reports'));
    expect(res.status).toBe(200);
    expect(res.body).toEqual(pair.body);
  });

  test.each(appsOf(pairs))('%s refuses a caller without credentials', async (_name, side) => {
    const { status } = await getReports(await side.createApp());
    expect(status).toBe(401);
  });

  test.each(appsOf(pairs))('%s refuses forged credentials', async (_name, side, pair) => {
    const app = await side.createApp();
    for (const headers of forgedHeaders(pair))
      expect([headers, (await getReports(app, headers)).status]).toEqual([headers, 401]);
  });

  test.each(appsOf(withScopes))('%s refuses a token without the scope', async (_name, side) => {
    const app = await side.createApp();
    const { status } = await getReports(app, await side.authenticate(app, 'billing'));
    expect(status).toBe(403);
  });

  test.each(appsOf(withScopes))('%s accepts an old token', async (_name, side, pair) => {
    const res = await getReports(await side.createApp(), bearer(signOld(pair)));
    expect(res.status).toBe(200);
    expect(res.body).toEqual(pair.body);
  });

  test.each(issuing)('%s issues no token for a wrong secret', async (name, createApp, ask) => {
    const app = await createApp();
    const refused = [
      await ask(app, 'reports', `${SECRET}x`),
      await ask(app, 'nobody', SECRET),
      await ask(app, 'gone', SECRET),
    ];
    const status = name.startsWith('after') ? 403 : 401;
    expect(refused.map((res) => res.status)).toEqual([status, status, status]);
    for (const { body, headers } of refused) {
      expect(body).not.toHaveProperty('access_token');
      expect(headers).not.toHaveProperty('authorization');
    }
  });

  test('after-express-jwt serves callers that send headers and callers that send JSON', async () => {
    const app = afterExpressJwt.createApp(expressJwtSettings);
    for (const ask of [inJson, inHeaders]) {
      const res = await ask(app, 'reports', SECRET);
      expect(res.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    }
    const malformed = await request(app)
      .post('/token')
      .send({ client_id: ['reports'] });
    expect(outcomeOf(malformed)).toEqual([400, 'ERR_CREDENTIALS_MALFORMED']);
    const empty = await request(app).post('/token');
    expect(outcomeOf(empty)).toEqual([400, 'ERR_CREDENTIALS_MALFORMED']);
  });

  test('after-hand-written issues to GET and POST, in the body and in a header', async () => {
    const app = await handWritten.sides[1].createApp();
    for (const method of ['get', 'post'] as const) {
      const credentials = { 'client-id': 'reports', 'client-secret': SECRET };
      const res = await request(app)[method]('/auth/token').set(credentials);
      expect(res.body).toMatchObject({ access_token: tokenOf(res), token_type: 'Bearer' });
    }
  });

  test('a token of the new app has the kid of the new key, and the old app refuses it', async () => {
    const [before, after] = passportJwt.sides;
    const token = tokenOf(await getToken(await after.createApp(), 'reports'));
    expect(jwt.decode(token, { complete: true })?.header.kid).toBe('2026');
    expect(jwt.verify(token, NEW_KEY)).toMatchObject({ sub: 'reports', scope: 'reports:read' });
    expect((await getReports(await before.createApp(), bearer(token))).status).toBe(401);
  });

  test('after-api-keys refuses an API key once apiKeys is left out', async () => {
    const res = await getReports(await apiKeys.sides[1].createApp(), { 'x-api-key': API_KEY });
    expect(outcomeOf(res)).toEqual([401, 'ERR_TOKEN_MISSING']);
  });

  test('hashApiKeys stores no key', async () => {
    const records = await hashApiKeys(new Map([[API_KEY, 'reports']]));
    expect(records).toEqual([
      { clientId: 'reports', secrets: [{ hash: expect.stringMatching(/^\$2b\$10\$/) as string }] },
    ]);
  });

  test.each([
    ['after-hand-written', afterHandWritten],
    ['after-passport-jwt', afterPassport],
  ])('%s refuses the tokens of an inactive client after 30 seconds', async (_name, after) => {
    const now = jest.spyOn(Date, 'now');
    const start = Date.now();
    let active = true;
    const find: FindClient = async (id) => {
      const row = await findClient(id);
      return row && { ...row, active };
    };
    const app = after.createApp({ jwtSecret: KEY, oldJwtSecret: NEW_KEY, findClient: find });
    const headers = bearer(signOld(handWritten));
    active = false;
    const inactive = await getReports(app, headers);
    expect(outcomeOf(inactive)).toEqual([401, 'ERR_TOKEN_CLIENT']);
    active = true;
    expect((await getReports(app, headers)).status).toBe(401);
    now.mockReturnValue(start + 31_000);
    expect((await getReports(app, headers)).status).toBe(200);
    active = false;
    expect((await getReports(app, headers)).status).toBe(200);
    now.mockReturnValue(start + 62_000);
    expect((await getReports(app, headers)).status).toBe(401);
  });

  test('a caller with two API keys needs one record with two secrets', async () => {
    const clients = await hashApiKeys(new Map([API_KEY, 'other'].map((key) => [key, 'reports'])));
    expect(() => afterApiKeys.createApp({ jwtSecret: KEY, clients })).toThrow(
      'there are two clients with the id reports',
    );
    const record = { clientId: 'reports', secrets: clients.flatMap(({ secrets }) => secrets) };
    const app = afterApiKeys.createApp({ jwtSecret: KEY, clients: [record] });
    for (const key of [API_KEY, 'other'])
      expect((await getToken(app, 'reports', key)).status).toBe(200);
  });

  test('an API key has the scopes that acceptApiKeys gives its token', async () => {
    const records = await hashApiKeys(new Map([[API_KEY, 'reports']]));
    const verifier = bcryptVerifier(records.map((each) => ({ ...each, scopes: ['a'] })));
    const auth = createJwtAuth({ keys: KEY, verifier });
    const app = express();
    app.use(acceptApiKeys(auth, new Map([[API_KEY, 'reports']])));
    app.get('/reports', auth.requireJwt({ scope: 'a' }), (_req, res) => res.end());
    const res = await getReports(app, { 'x-api-key': API_KEY });
    expect(outcomeOf(res)).toEqual([403, 'ERR_INSUFFICIENT_SCOPE']);
  });
});
