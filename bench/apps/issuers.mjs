// One token route built with each package. All have the same clients, and tokens that last an hour. Secrets are stored as
// bcrypt hashes if the package lets the app decide. GET /unrelated is a route that has nothing to do with tokens.
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
import jsonwebtoken from 'jsonwebtoken';

import { toRecords } from '../tools/clients.mjs';
import { loadPackage } from '../tools/package.mjs';

const { bcryptVerifier, createJwtAuth } = loadPackage();

const HOUR_SECONDS = 3600;
const RESOURCE = 'https://api.example.test';

/** A token request with the two headers of this package. */
const headers = (clientId, clientSecret) => ({
  method: 'POST',
  path: '/auth/jwt',
  headers: { 'client-id': clientId, 'client-secret': clientSecret },
});

/** A token request with a form (RFC 6749 §4.4.2). */
const form = (clientId, clientSecret) => ({
  method: 'POST',
  path: '/token',
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'read',
  }).toString(),
});

/**
 * `hashes` tells whether secrets are stored as hashes, and `tokenRequest` creates a token request.
 *
 * @type {Record<string, { hashes: boolean, tokenRequest: typeof headers, mount: Function }>}
 */
export const issuers = {
  'express-client-jwt': { hashes: true, tokenRequest: headers, mount: clientJwt },
  'bcryptjs + jsonwebtoken by hand': {
    hashes: true,
    tokenRequest: headers,
    mount: byHand(bcryptjs.compare),
  },
  'native bcrypt + jsonwebtoken by hand': {
    hashes: true,
    tokenRequest: headers,
    mount: byHand(bcrypt.compare),
  },
  '@node-oauth/express-oauth-server, bcryptjs': {
    hashes: true,
    tokenRequest: form,
    mount: nodeOauth,
  },
  '@jmondi/oauth2-server, bcryptjs': { hashes: true, tokenRequest: form, mount: jmondi },
  'oidc-provider': { hashes: false, tokenRequest: form, mount: oidcProvider },
};

function clientJwt(app, { clients, secret }) {
  app.use(createJwtAuth({ keys: secret, verifier: bcryptVerifier(toRecords(clients)) }));
}

/** Creates a function that resolves with true if a client has this secret. */
function createCheck(clients, compare) {
  const hashes = new Map(clients.map(({ clientId, hash }) => [clientId, hash]));
  return async (clientId, clientSecret) => {
    const hash = hashes.get(clientId);
    return hash !== undefined && (await compare(String(clientSecret), hash));
  };
}

function createSign(secret) {
  const key = createSecretKey(secret, 'utf8');
  return (clientId) => jsonwebtoken.sign({ sub: clientId }, key, { expiresIn: HOUR_SECONDS });
}

function byHand(compare) {
  return (app, { clients, secret }) => {
    const check = createCheck(clients, compare);
    const sign = createSign(secret);
    app.post('/auth/jwt', async (req, res) => {
      const clientId = req.headers['client-id'];
      if (!(await check(clientId, req.headers['client-secret'])))
        return res.status(403).json({ error: 'invalid_client' });
      res
        .set('Authorization', `Bearer ${sign(clientId)}`)
        .json({ token_type: 'Bearer', expires_in: HOUR_SECONDS });
    });
  };
}

function nodeOauth(app, { clients, secret }) {
  const check = createCheck(clients, bcryptjs.compare);
  const sign = createSign(secret);
  const grant = { grants: ['client_credentials'], accessTokenLifetime: HOUR_SECONDS };
  const model = {
    getClient: async (clientId, clientSecret) =>
      (await check(clientId, clientSecret)) && { id: clientId, ...grant },
    getUserFromClient: async (client) => client,
    generateAccessToken: async (client) => sign(client.id),
    validateScope: async (_user, _client, scope) => scope,
    saveToken: async (token, client, user) => ({ ...token, client, user }),
  };
  const requireClientAuthentication = { client_credentials: true };
  const oauth = new OAuthServer({ model, requireClientAuthentication });
  app.post('/token', express.urlencoded({ extended: false }), oauth.token());
}

function jmondi(app, { clients, secret }) {
  const server = new AuthorizationServer(...jmondiRepositories(clients), secret);
  server.enableGrantType('client_credentials', new DateInterval('1h'));
  app.post('/token', express.urlencoded({ extended: false }), async (req, res) => {
    try {
      handleExpressResponse(res, await server.respondToAccessTokenRequest(requestFromExpress(req)));
    } catch (error) {
      handleExpressError(error, res);
    }
  });
}

function jmondiRepositories(clients) {
  const check = createCheck(clients, bcryptjs.compare);
  const scopes = [{ name: 'read' }];
  const grant = { redirectUris: [], allowedGrants: ['client_credentials'], scopes };
  const known = new Map(
    clients.map(({ clientId, hash }) => [
      clientId,
      { id: clientId, name: clientId, secret: hash, ...grant },
    ]),
  );
  const clientRepository = {
    getByIdentifier: async (clientId) => known.get(clientId),
    isClientValid: async (_grant, client, clientSecret) => check(client?.id, clientSecret),
  };
  const tokenRepository = {
    issueToken: async (client, granted) => ({
      accessToken: 'unused',
      accessTokenExpiresAt: new DateInterval('1h').getEndDate(),
      client,
      scopes: granted,
    }),
    persist: async () => {},
    revoke: async () => {},
  };
  const scopeRepository = {
    getAllByIdentifiers: async () => scopes,
    finalize: async (granted) => granted,
  };
  return [clientRepository, tokenRepository, scopeRepository];
}

/** Stores and compares secrets as plaintext. Configured to issue JWTs with HS256, as the others do. */
async function oidcProvider(app, { clients, secret }) {
  const { Provider } = await import('oidc-provider');
  const grant = {
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  };
  const resource = {
    scope: 'read',
    audience: RESOURCE,
    accessTokenTTL: HOUR_SECONDS,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'HS256', key: Buffer.from(secret) } },
  };
  const provider = new Provider('http://127.0.0.1', {
    clients: clients.map(({ clientId, clientSecret }) => ({
      client_id: clientId,
      client_secret: clientSecret,
      ...grant,
    })),
    scopes: ['read'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: () => resource,
      },
    },
  });
  app.use(provider.callback());
}

export async function build(name, settings) {
  const app = express();
  app.get('/unrelated', (_req, res) => res.json({ ok: true }));
  await issuers[name].mount(app, settings);
  return app;
}
