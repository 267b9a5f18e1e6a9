// One token route in the ways that people build it, each with the same clients and an hour for a token. Secrets are kept
// as bcrypt hashes wherever the package lets the app decide. GET /innocent is a route that has nothing to do with it.
import { createSecretKey } from 'node:crypto';

import { AuthorizationServer, DateInterval } from '@jmondi/oauth2-server';
import {
  handleExpressError,
  handleExpressResponse,
  requestFromExpress,
} from '@jmondi/oauth2-server/express';
import OAuthServer from '@node-oauth/express-oauth-server';
import bcrypt from 'bcrypt';
import bcryptjs from 'bcryptjs';
import express from 'express';
import { bcryptVerifier, createJwtAuth } from '../../dist/index.js';
import jsonwebtoken from 'jsonwebtoken';

const HOUR_SECONDS = 3600;

/** How a client asks: with our two headers, or with a form (RFC 6749 §4.4.2). */
const headers = (clientId, clientSecret) => ({
  ...{ method: 'POST', path: '/auth/jwt', body: '' },
  headers: { 'client-id': clientId, 'client-secret': clientSecret },
});
const form = (clientId, clientSecret) => ({
  ...{
    method: 'POST',
    path: '/token',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  },
  body: String(
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'read',
    }),
  ),
});

/** @type {Record<string, { hashes: boolean, ask: typeof headers, mount: Function }>} */
export const issuers = {
  'express-client-jwt': {
    ...{ hashes: true, ask: headers },
    mount: (app, { clients, secret }) => {
      const records = clients.map(({ clientId, hash }) => ({ clientId, secrets: [{ hash }] }));
      app.use(createJwtAuth({ keys: secret, verifier: bcryptVerifier(records) }));
    },
  },
  'bcryptjs + jsonwebtoken by hand': {
    hashes: true,
    ask: headers,
    mount: byHand(bcryptjs.compare),
  },
  'native bcrypt + jsonwebtoken by hand': {
    hashes: true,
    ask: headers,
    mount: byHand(bcrypt.compare),
  },
  '@node-oauth/express-oauth-server, bcryptjs': { hashes: true, ask: form, mount: nodeOauth },
  '@jmondi/oauth2-server, bcryptjs': { hashes: true, ask: form, mount: jmondi },
  'oidc-provider': { hashes: false, ask: form, mount: oidcProvider },
};

function byHand(compare) {
  return (app, { clients, secret }) => {
    const known = new Map(clients.map((client) => [client.clientId, client]));
    const key = createSecretKey(secret, 'utf8');
    app.post('/auth/jwt', async (req, res) => {
      const client = known.get(req.headers['client-id']);
      const isRight = client && (await compare(String(req.headers['client-secret']), client.hash));
      if (!isRight) return res.status(403).json({ error: 'invalid_client' });
      const token = jsonwebtoken.sign({ sub: client.clientId }, key, { expiresIn: HOUR_SECONDS });
      res
        .set('Authorization', `Bearer ${token}`)
        .json({ token_type: 'Bearer', expires_in: HOUR_SECONDS });
    });
  };
}

function nodeOauth(app, { clients, secret }) {
  const known = new Map(clients.map((client) => [client.clientId, client]));
  const key = createSecretKey(secret, 'utf8');
  const model = {
    getClient: async (clientId, clientSecret) => {
      const client = known.get(clientId);
      const isRight = client && (await bcryptjs.compare(clientSecret, client.hash));
      return (
        isRight && {
          id: clientId,
          grants: ['client_credentials'],
          accessTokenLifetime: HOUR_SECONDS,
        }
      );
    },
    getUserFromClient: async (client) => client,
    generateAccessToken: async (client) =>
      jsonwebtoken.sign({ sub: client.id }, key, { expiresIn: HOUR_SECONDS }),
    validateScope: async (_user, _client, scope) => scope,
    saveToken: async (token, client, user) => ({ ...token, client, user }),
  };
  const oauth = new OAuthServer({
    model,
    requireClientAuthentication: { client_credentials: true },
  });
  app.post('/token', express.urlencoded({ extended: false }), oauth.token());
}

function jmondi(app, { clients, secret }) {
  const scopes = [{ name: 'read' }];
  const toClient = ({ clientId, hash }) => ({
    ...{
      id: clientId,
      name: clientId,
      secret: hash,
      redirectUris: [],
      allowedGrants: ['client_credentials'],
      scopes,
    },
  });
  const known = new Map(clients.map((client) => [client.clientId, toClient(client)]));
  const clientRepository = {
    getByIdentifier: async (clientId) => known.get(clientId),
    isClientValid: async (_grant, client, clientSecret) =>
      client !== undefined && (await bcryptjs.compare(clientSecret, client.secret)),
  };
  const tokenRepository = {
    issueToken: async (client, granted) => ({
      ...{
        accessToken: 'unused',
        accessTokenExpiresAt: new DateInterval('1h').getEndDate(),
        client,
        scopes: granted,
      },
    }),
    persist: async () => {},
    revoke: async () => {},
  };
  const scopeRepository = {
    getAllByIdentifiers: async () => scopes,
    finalize: async (granted) => granted,
  };
  const server = new AuthorizationServer(
    clientRepository,
    tokenRepository,
    scopeRepository,
    secret,
  );
  server.enableGrantType('client_credentials', new DateInterval('1h'));
  app.post('/token', express.urlencoded({ extended: false }), async (req, res) => {
    try {
      handleExpressResponse(res, await server.respondToAccessTokenRequest(requestFromExpress(req)));
    } catch (error) {
      handleExpressError(error, res);
    }
  });
}

/** Keeps and compares secrets in clear. JWTs with HS256, as the others issue them. */
async function oidcProvider(app, { clients, secret }) {
  const { Provider } = await import('oidc-provider');
  const resource = 'https://api.example.test';
  const provider = new Provider('http://127.0.0.1', {
    clients: clients.map(({ clientId, clientSecret }) => ({
      ...{
        client_id: clientId,
        client_secret: clientSecret,
        token_endpoint_auth_method: 'client_secret_post',
      },
      ...{ grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
    })),
    scopes: ['read'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: () => ({
          ...{
            scope: 'read',
            audience: resource,
            accessTokenTTL: HOUR_SECONDS,
            accessTokenFormat: 'jwt',
          },
          jwt: { sign: { alg: 'HS256', key: Buffer.from(secret) } },
        }),
      },
    },
  });
  app.use(provider.callback());
}

/** The app of one contender. */
export async function build(name, settings) {
  const app = express();
  app.get('/innocent', (_req, res) => res.json({ ok: true }));
  await issuers[name].mount(app, settings);
  return app;
}
