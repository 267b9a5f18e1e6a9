import type { Express } from 'express';
import jwt, { type SignOptions } from 'jsonwebtoken';
import request from 'supertest';

import * as afterApiKeys from '../../examples/migrate/after-api-keys';
import * as afterExpressJwt from '../../examples/migrate/after-express-jwt';
import * as afterBearer from '../../examples/migrate/after-express-oauth2-jwt-bearer';
import * as afterHandWritten from '../../examples/migrate/after-hand-written';
import * as afterPassport from '../../examples/migrate/after-passport-jwt';
import * as beforeApiKeys from '../../examples/migrate/before-api-keys';
import * as beforeExpressJwt from '../../examples/migrate/before-express-jwt';
import * as beforeBearer from '../../examples/migrate/before-express-oauth2-jwt-bearer';
import * as beforeHandWritten from '../../examples/migrate/before-hand-written';
import * as beforePassport from '../../examples/migrate/before-passport-jwt';
import type { Client } from '../../examples/migrate/clients';
import { hashApiKeys } from '../../examples/migrate/hash-api-keys';
import { getToken, tokenOf } from './app';
import { HASH, SECRET } from './clients';
import { KEY, OTHER_KEY } from './mint';

/** The secret of the new app, if it differs from that of the old app. */
export const NEW_KEY = 'pW7rTz2LkQ9vXc4NbM6hJd8sFg1aYeUo5iRtBnVxKqE';
export const ISSUER = 'https://login.example.com/';
export const AUDIENCE = 'https://api.example.com';
export const API_KEY = 'live_3f9d2b7c51e84a06';

type Headers = Readonly<Record<string, string>>;

/** One of the two apps of a guide. */
export interface Side {
  readonly name: string;
  readonly createApp: () => Express | Promise<Express>;
  /** Does what a caller does, and returns the headers of its calls. */
  readonly authenticate: (app: Express, clientId: string) => Headers | Promise<Headers>;
  /** The route that issues tokens; undefined if the app has none. */
  readonly askForToken?: (app: Express, clientId: string, secret: string) => request.Test;
}

/** A guide: what its callers see is the same before and after. */
export interface Pair {
  readonly sides: readonly [before: Side, after: Side, ...Side[]];
  /** The body of `GET /reports` for the client `reports`. */
  readonly body: object;
  /** Claims and options of the tokens that the old app has issued; undefined if there were none. */
  readonly oldToken?: { readonly claims: object; readonly options: SignOptions };
}

export const bearer = (token: string): Headers => ({ Authorization: `Bearer ${token}` });

/** A token as the old app of a pair signed it. */
export function signOld(
  { oldToken }: Pair,
  { sub = 'reports', key = KEY, ...changes }: Record<string, unknown> & { key?: string } = {},
): string {
  const { claims, options } = oldToken ?? { claims: {}, options: {} };
  return jwt.sign({ ...claims, sub, ...changes }, key, options);
}

const SCOPES = { reports: ['reports:read'], billing: ['invoices:read'], gone: ['reports:read'] };

const rows: Client[] = Object.entries(SCOPES).map(([id, scopes]) => ({
  id,
  name: `The ${id}`,
  active: id !== 'gone',
  secretHash: HASH,
  scopes,
}));
export const findClient = (id: string): Promise<Client | undefined> =>
  Promise.resolve(rows.find((row) => row.id === id));

const scopeOf = (clientId: string): string => SCOPES[clientId as keyof typeof SCOPES].join(' ');

/** A caller that gets its token from the body of a response. */
function fromBody(askForToken: Side['askForToken'] & {}): Side['authenticate'] {
  return async (app, clientId) => {
    const res = await askForToken(app, clientId, SECRET);
    return bearer((res.body as { access_token: string }).access_token);
  };
}

export const expressJwtSettings: beforeExpressJwt.Settings = {
  jwtSecret: KEY,
  clients: ['reports', 'billing'].map((id) => {
    return { id, secretHash: HASH, scope: scopeOf(id), plan: 'gold' };
  }),
};
export const inJson = (app: Express, id: string, secret: string): request.Test =>
  request(app).post('/token').send({ client_id: id, client_secret: secret });
export const inHeaders = (app: Express, id: string, secret: string): request.Test =>
  request(app).post('/token').set({ 'client-id': id, 'client-secret': secret });

export const expressJwt: Pair = {
  sides: [
    {
      name: 'before-express-jwt',
      createApp: () => beforeExpressJwt.createApp(expressJwtSettings),
      authenticate: fromBody(inJson),
      askForToken: inJson,
    },
    {
      name: 'after-express-jwt',
      createApp: () => afterExpressJwt.createApp(expressJwtSettings),
      authenticate: fromBody(inJson),
      askForToken: inJson,
    },
  ],
  body: { client: 'reports', plan: 'gold' },
  oldToken: { claims: { scope: 'reports:read', plan: 'gold' }, options: { expiresIn: 3600 } },
};

export const passportJwt: Pair = {
  sides: [
    {
      name: 'before-passport-jwt',
      createApp: () => beforePassport.createApp({ jwtSecret: KEY, findClient }),
      authenticate: (_app, sub) => bearer(signOld(passportJwt, { sub, scope: scopeOf(sub) })),
    },
    {
      name: 'after-passport-jwt',
      createApp: () =>
        afterPassport.createApp({ jwtSecret: NEW_KEY, oldJwtSecret: KEY, findClient }),
      authenticate: async (app, clientId) => bearer(tokenOf(await getToken(app, clientId))),
      askForToken: getToken,
    },
  ],
  body: { client: 'reports', name: 'The reports' },
  oldToken: {
    claims: { scope: 'reports:read' },
    options: { expiresIn: '90d', keyid: '2025' },
  },
};

const bearerSettings = { jwtSecret: KEY, issuer: ISSUER, audience: AUDIENCE };

export const oauth2JwtBearer: Pair = {
  sides: [
    {
      name: 'before-express-oauth2-jwt-bearer',
      createApp: () => beforeBearer.createApp(bearerSettings),
      authenticate: (_app, sub) => bearer(signOld(oauth2JwtBearer, { sub, scope: scopeOf(sub) })),
    },
    {
      name: 'after-express-oauth2-jwt-bearer',
      createApp: () => afterBearer.createApp(bearerSettings),
      authenticate: (_app, sub) => bearer(signOld(oauth2JwtBearer, { sub, scope: scopeOf(sub) })),
    },
  ],
  body: { client: 'reports', plan: 'gold' },
  oldToken: {
    claims: { scope: 'reports:read', plan: 'gold' },
    options: { expiresIn: 3600, issuer: ISSUER, audience: AUDIENCE },
  },
};

const atAuthToken = (app: Express, id: string, secret: string): request.Test =>
  request(app).post('/auth/token').set({ 'client-id': id, 'client-secret': secret });

export const handWritten: Pair = {
  sides: [
    {
      name: 'before-hand-written',
      createApp: () => beforeHandWritten.createApp({ jwtSecret: KEY, findClient }),
      authenticate: fromBody(atAuthToken),
      askForToken: atAuthToken,
    },
    {
      name: 'after-hand-written',
      createApp: () => afterHandWritten.createApp({ jwtSecret: KEY, findClient }),
      authenticate: fromBody(atAuthToken),
      askForToken: atAuthToken,
    },
  ],
  body: { client: 'reports' },
  oldToken: { claims: { scope: 'reports:read' }, options: { expiresIn: 3600 } },
};

const apiKeySettings = { apiKeys: new Map([[API_KEY, 'reports']]) };
const createKeylessApp = async (more: Partial<beforeApiKeys.Settings> = {}): Promise<Express> => {
  const clients = await hashApiKeys(apiKeySettings.apiKeys);
  return afterApiKeys.createApp({ jwtSecret: KEY, clients, ...more });
};

export const apiKeys: Pair = {
  sides: [
    {
      name: 'before-api-keys',
      createApp: () => beforeApiKeys.createApp(apiKeySettings),
      authenticate: () => ({ 'x-api-key': API_KEY }),
    },
    {
      name: 'after-api-keys',
      createApp: () => createKeylessApp(),
      authenticate: async (app, id) => bearer(tokenOf(await getToken(app, id, API_KEY))),
    },
    {
      name: 'after-api-keys, for callers that still send keys',
      createApp: () => createKeylessApp(apiKeySettings),
      authenticate: () => ({ 'x-api-key': API_KEY }),
    },
  ],
  body: { client: 'reports' },
};

export const forgedHeaders = (pair: Pair): Headers[] => [
  { Authorization: 'Bearer forged' },
  { 'x-api-key': 'live_forged' },
  bearer(signOld(pair, { key: OTHER_KEY })),
  bearer(signOld(pair, { iat: 1_000_000_000 })),
  bearer(unsigned(signOld(pair))),
];

/** The same token with the algorithm `none`. */
function unsigned(token: string): string {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  return `${header}.${token.split('.')[1] ?? ''}.`;
}

export const getReports = (app: Express, headers: Headers = {}): request.Test =>
  request(app).get('/reports').set(headers);

/** The status and the code of a response. */
export const outcomeOf = ({ status, body }: request.Response): [number, string | undefined] => [
  status,
  (body as { code?: string }).code,
];

/** What both apps of a guide say to one request. */
export async function compare(
  { sides: [before, after] }: Pair,
  send: (app: Express) => request.Test,
): Promise<[before: number, after: number, code: string | undefined]> {
  const { status } = await send(await before.createApp());
  return [status, ...outcomeOf(await send(await after.createApp()))];
}
