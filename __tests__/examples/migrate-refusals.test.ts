import { hashSync } from 'bcryptjs';
import express, { type Express } from 'express';
import { createJwtGuard, hashSecret, requireJwt } from 'express-client-jwt';
import jwt, { type SignOptions } from 'jsonwebtoken';
import request from 'supertest';

import * as afterExpressJwt from '../../examples/migrate/after-express-jwt';
import * as afterHandWritten from '../../examples/migrate/after-hand-written';
import type { FindClient } from '../../examples/migrate/clients';
import * as afterPassport from '../../examples/migrate/after-passport-jwt';
import * as beforeExpressJwt from '../../examples/migrate/before-express-jwt';
import * as beforePassport from '../../examples/migrate/before-passport-jwt';
import { hashApiKeys } from '../../examples/migrate/hash-api-keys';
import { SECRET } from '../support/clients';
import {
  AUDIENCE,
  bearer,
  compare,
  expressJwt,
  expressJwtSettings,
  findClient,
  getReports,
  handWritten,
  inJson,
  ISSUER,
  NEW_KEY,
  oauth2JwtBearer,
  outcomeOf,
  passportJwt,
  signOld,
  type Pair,
} from '../support/migrate';
import { KEY, OTHER_KEY } from '../support/mint';

const compareToken = (pair: Pair, token: string) =>
  compare(pair, (app) => getReports(app, bearer(token)));

afterEach(() => {
  jest.restoreAllMocks();
});

describe('what can go wrong', () => {
  /** A token of the hand-written app with exactly these claims. */
  const sign = (claims: object, options: SignOptions = {}, key = KEY): string =>
    jwt.sign({ scope: 'reports:read', ...claims }, key, options);

  test('a secret under 32 bytes is refused at start', () => {
    const settings = { ...expressJwtSettings, jwtSecret: 'a-secret-of-25-characters' };
    expect(() => beforeExpressJwt.createApp(settings)).not.toThrow();
    expect(() => afterExpressJwt.createApp(settings)).toThrow(
      /^createJwtAuth: keys has 25 bytes but needs 32 or more .*openssl rand -base64 48$/,
    );
  });

  test.each<[string, string, string]>([
    ['without sub', sign({}, { expiresIn: 60 }), 'ERR_TOKEN_CLAIMS'],
    ['without exp', sign({ sub: 'reports' }), 'ERR_TOKEN_CLAIMS'],
    [
      'without iat',
      sign({ sub: 'reports' }, { expiresIn: 60, noTimestamp: true }),
      'ERR_TOKEN_CLAIMS',
    ],
    [
      'with an audience',
      sign({ sub: 'reports' }, { expiresIn: 60, audience: AUDIENCE }),
      'ERR_TOKEN_AUDIENCE',
    ],
    [
      'with a kid that no key has',
      sign({ sub: 'reports' }, { expiresIn: 60, keyid: 'v1' }),
      'ERR_TOKEN_KEY',
    ],
    [
      'signed with HS512',
      sign({ sub: 'reports' }, { expiresIn: 60, algorithm: 'HS512' }),
      'ERR_TOKEN_ALGORITHM',
    ],
  ])('only the old app accepts a token %s', async (_which, token, code) => {
    expect(await compareToken(handWritten, token)).toEqual([200, 401, code]);
  });

  test('a key for HS512 is named, and has 64 bytes', async () => {
    expect(() => createJwtGuard({ keys: { key: KEY, alg: 'HS512' } })).toThrow('needs 64 or more');
    const key = KEY + OTHER_KEY;
    const app = express();
    app.use(createJwtGuard({ keys: { key, alg: 'HS512', kid: 'v1' } }));
    app.get('/reports', requireJwt(), (_req, res) => res.end());
    const options: SignOptions = { expiresIn: 60, algorithm: 'HS512', keyid: 'v1' };
    expect((await getReports(app, bearer(sign({ sub: 'a' }, options, key)))).status).toBe(200);
  });

  test('a token whose scope is a list is refused', async () => {
    const token = sign({ sub: 'reports', scope: ['reports:read'] }, { expiresIn: 60 });
    const res = await getReports(await handWritten.sides[1].createApp(), bearer(token));
    expect(outcomeOf(res)).toEqual([401, 'ERR_TOKEN_CLAIMS']);
  });

  test('a token without scope is refused if the route requires one, whatever its client has', async () => {
    const token = jwt.sign({ sub: 'reports', scopes: ['reports:read'] }, KEY, { expiresIn: 60 });
    const res = await getReports(await handWritten.sides[1].createApp(), bearer(token));
    expect(outcomeOf(res)).toEqual([403, 'ERR_INSUFFICIENT_SCOPE']);
  });

  test('an old token of a key that is not in the list is refused', async () => {
    const app = await passportJwt.sides[1].createApp();
    const ofOther = signOld(passportJwt, { key: OTHER_KEY });
    expect(outcomeOf(await getReports(app, bearer(ofOther)))[1]).toBe('ERR_TOKEN_SIGNATURE');
    const underNewKid = sign({ sub: 'reports' }, { expiresIn: 60, keyid: '2026' });
    expect(outcomeOf(await getReports(app, bearer(underNewKid)))[1]).toBe('ERR_TOKEN_SIGNATURE');
    const withoutKid = sign({ sub: 'reports' }, { expiresIn: 60 });
    expect((await getReports(app, bearer(withoutKid))).status).toBe(200);
  });

  test.each<[string, Pair, number]>([
    ['express-jwt', expressJwt, 200],
    ['passport-jwt', passportJwt, 401],
    ['a hand-written guard', handWritten, 200],
  ])('after %s, the tokens of a client that is gone are refused', async (_of, pair, status) => {
    const token = signOld(pair, { sub: 'gone' });
    expect(await compareToken(pair, token)).toEqual([status, 401, 'ERR_TOKEN_CLIENT']);
  });

  test('a token without the word Bearer is refused', async () => {
    const send = (app: Express) => getReports(app, { Authorization: signOld(handWritten) });
    expect(await compare(handWritten, send)).toEqual([200, 401, 'ERR_TOKEN_MISSING']);
  });

  test('a token request without credentials is malformed', async () => {
    const send = (app: Express) => request(app).post('/auth/token');
    expect(await compare(handWritten, send)).toEqual([401, 400, 'ERR_CREDENTIALS_MALFORMED']);
  });

  test('a lookup that fails is an outage once its last result is 300 seconds old', async () => {
    const now = jest.spyOn(Date, 'now');
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation();
    const start = Date.now();
    let isAway = false;
    const find: FindClient = (id) =>
      isAway ? Promise.reject(new Error('The database is away.')) : findClient(id);
    const settings = { jwtSecret: KEY, oldJwtSecret: NEW_KEY, findClient: find };
    const headers = bearer(sign({ sub: 'reports' }, { expiresIn: 600 }));
    const [before, after] = [
      beforePassport.createApp(settings),
      afterHandWritten.createApp(settings),
    ];
    expect((await getReports(after, headers)).status).toBe(200);
    isAway = true;
    expect((await getReports(before, headers)).status).toBe(500);
    now.mockReturnValue(start + 290_000);
    expect((await getReports(after, headers)).status).toBe(200);
    now.mockReturnValue(start + 301_000);
    expect(outcomeOf(await getReports(after, headers))).toEqual([503, 'ERR_CLIENTS_UNAVAILABLE']);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test.each(['my client', 'clïent'])('old tokens of the id "%s" are refused', async (id) => {
    const find: FindClient = async () => {
      const row = await findClient('reports');
      return row && { ...row, id };
    };
    const settings = { jwtSecret: KEY, oldJwtSecret: NEW_KEY, findClient: find };
    const headers = bearer(sign({ sub: id }, { expiresIn: 60 }));
    expect((await getReports(beforePassport.createApp(settings), headers)).status).toBe(200);
    for (const { createApp } of [afterPassport, afterHandWritten]) {
      const res = await getReports(createApp(settings), headers);
      expect(outcomeOf(res)).toEqual([401, 'ERR_TOKEN_CLIENT']);
    }
  });

  test.each(['my client', 'clïent'])('the id "%s" is refused at start', (id) => {
    const [client] = expressJwtSettings.clients;
    const clients = client ? [{ ...client, id }] : [];
    expect(() => afterExpressJwt.createApp({ ...expressJwtSettings, clients })).toThrow(
      'clients[0].clientId',
    );
  });

  test.each(['two words', 'pässword'])('the secret "%s" is refused', async (secret) => {
    await expect(hashSecret(secret)).rejects.toThrow('1 to 72 visible ASCII characters');
    const secretHash = hashSync(secret, 4);
    const clients = expressJwtSettings.clients.map((client) => ({ ...client, secretHash }));
    const settings = { ...expressJwtSettings, clients };
    expect((await inJson(beforeExpressJwt.createApp(settings), 'reports', secret)).status).toBe(
      200,
    );
    const res = await inJson(afterExpressJwt.createApp(settings), 'reports', secret);
    expect(outcomeOf(res)).toEqual([400, 'ERR_CREDENTIALS_MALFORMED']);
  });

  test('a secret over 72 bytes is refused, and its first 72 bytes match its hash', async () => {
    const secret = SECRET.repeat(4);
    await expect(hashApiKeys(new Map([[secret, 'reports']]))).rejects.toThrow('1 to 72 visible');
    const secretHash = hashSync(secret, 4);
    const clients = expressJwtSettings.clients.map((client) => ({ ...client, secretHash }));
    const app = afterExpressJwt.createApp({ ...expressJwtSettings, clients });
    expect((await inJson(app, 'reports', secret)).status).toBe(403);
    expect((await inJson(app, 'reports', secret.slice(0, 72))).status).toBe(200);
  });
});

describe('tokens of another issuer', () => {
  const options = { issuer: ISSUER, audience: AUDIENCE, expiresIn: 60 };
  const sign = (claims: object, more: SignOptions = {}): string =>
    jwt.sign({ sub: 'reports', scope: 'reports:read', ...claims }, KEY, { ...options, ...more });

  test.each([
    ['issuer', 'ERR_TOKEN_ISSUER'],
    ['audience', 'ERR_TOKEN_AUDIENCE'],
  ])('both apps refuse another %s', async (name, code) => {
    const token = sign({}, { [name]: 'https://other.example.com' });
    expect(await compareToken(oauth2JwtBearer, token)).toEqual([401, 401, code]);
  });

  test.each([
    ['issuer', { audience: AUDIENCE }, 'ERR_TOKEN_ISSUER'],
    ['audience', { issuer: ISSUER }, 'ERR_TOKEN_AUDIENCE'],
  ])('both apps refuse a token without %s', async (_name, named, code) => {
    const claims = { sub: 'reports', scope: 'reports:read' };
    const token = jwt.sign(claims, KEY, { expiresIn: 60, ...named });
    expect(await compareToken(oauth2JwtBearer, token)).toEqual([401, 401, code]);
  });

  test('another scheme than Bearer is no token', async () => {
    const send = (app: Express) => getReports(app, { Authorization: 'Basic cmVwb3J0czp4' });
    expect(await compare(oauth2JwtBearer, send)).toEqual([400, 401, 'ERR_TOKEN_MISSING']);
  });

  test('only the old app accepts a token that expired three seconds ago', async () => {
    const token = sign({ iat: Math.floor(Date.now() / 1000) - 63 });
    expect(await compareToken(oauth2JwtBearer, token)).toEqual([200, 401, 'ERR_TOKEN_EXPIRED']);
  });

  test('only the old app accepts a token in the query', async () => {
    const send = (app: Express) =>
      request(app)
        .get('/reports')
        .query({ access_token: sign({}) });
    expect(await compare(oauth2JwtBearer, send)).toEqual([200, 401, 'ERR_TOKEN_MISSING']);
  });

  test('both apps accept a token whose client_id is not its sub', async () => {
    const token = sign({ sub: 'reports@clients', client_id: 'reports' });
    expect(await compareToken(oauth2JwtBearer, token)).toEqual([200, 200, undefined]);
  });

  test('both apps accept the type at+jwt', async () => {
    const token = sign({}, { header: { alg: 'HS256', typ: 'at+jwt' } });
    expect(await compareToken(oauth2JwtBearer, token)).toEqual([200, 200, undefined]);
  });
});
