// One guarded route, GET /guarded, built with each package. Every guard checks signature, algorithm, issuer, audience and
// times, and prepares its key at startup. GET /open has no guard.
import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto';
import http from 'node:http';

import express from 'express';
import { expressjwt } from 'express-jwt';
import { auth as auth0 } from 'express-oauth2-jwt-bearer';
import { createVerifier } from 'fast-jwt';
import { jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';

import { loadPackage } from '../tools/package.mjs';

const { bcryptVerifier, createJwtAuth, requireJwt } = loadPackage();

/** Smaller than the number of tokens in the benchmark, so that new tokens evict old ones as they do in production. */
const TOKEN_CACHE_SIZE = 2000;

const ok = (_req, res) => res.json({ ok: true });
const bare = (app) => app.get('/guarded', ok);

/** The bare route that runs from `setImmediate`, and the contender that also calls the route from there. */
export const DEFERRED = 'Express alone, deferred';
export const DEFERRING = ['express-jwt'];

/** The contenders that check nothing. */
export const UNCHECKED = [
  'Express alone',
  DEFERRED,
  'a header read',
  'a guard that checks nothing',
];

const seen = new WeakSet();

export const guards = {
  /** The baseline once more: shows the noise. */
  'Express alone': bare,

  /**
   * Responses to concurrent requests leave together, which costs less. So the contenders that defer are compared with this
   * one.
   */
  [DEFERRED]: (app) => app.get('/guarded', (_req, _res, next) => setImmediate(next), ok),

  /** The minimum for a package with a middleware and a guard. */
  'a header read': (app) => {
    app.use((_req, _res, next) => next());
    const guard = (req, _res, next) => (req.headers.authorization ? next() : next('route'));
    app.get('/guarded', guard, ok);
  },

  /** The same if the guard also recognizes requests that passed the middleware, and sets a property. */
  'a guard that checks nothing': (app) => {
    app.use((req, _res, next) => next(void seen.add(req)));
    const guard = (req, _res, next) => {
      if (!seen.has(req) || !req.headers.authorization) return next('route');
      req.jwt = UNCHECKED;
      next();
    };
    app.get('/guarded', guard, ok);
  },

  'express-client-jwt': (app, { key, alg, issuer, audience, client }) => {
    const verifier = bcryptVerifier([client]);
    const options = { issuer, audience, verifier, tokenCacheSize: TOKEN_CACHE_SIZE };
    app.use(createJwtAuth({ keys: { key, alg }, ...options }));
    app.get('/guarded', requireJwt(), ok);
  },

  /** The same with every endpoint of the standards, to show what they cost a request that is not for them. */
  'express-client-jwt, all endpoints': (app, { key, alg, issuer, audience, client }) => {
    const revocations = { isRevoked: () => false, revoke: () => undefined };
    const endpoints = { oauth: true, jwks: alg !== 'HS256', revocations };
    const options = { issuer, audience, verifier: bcryptVerifier([client]), ...endpoints };
    app.use(createJwtAuth({ keys: { key, alg }, ...options, tokenCacheSize: TOKEN_CACHE_SIZE }));
    app.get('/guarded', requireJwt(), ok);
  },

  'jsonwebtoken by hand': (app, { publicKey, alg, issuer, audience }) => {
    const options = { algorithms: [alg], issuer, audience };
    const guard = (req, res, next) => {
      const [scheme, token] = (req.headers.authorization ?? '').split(' ');
      if (scheme !== 'Bearer') return res.status(401).json({ error: 'invalid_token' });
      try {
        req.auth = jsonwebtoken.verify(token, publicKey, options);
      } catch {
        return res.status(401).json({ error: 'invalid_token' });
      }
      next();
    };
    app.get('/guarded', guard, ok);
  },

  'fast-jwt by hand, cache': (app, settings) =>
    app.get('/guarded', fastJwtGuard(settings, TOKEN_CACHE_SIZE), ok),

  'fast-jwt by hand': (app, settings) => app.get('/guarded', fastJwtGuard(settings, false), ok),

  'jose by hand': (app, { publicKey, alg, issuer, audience }) => {
    const options = { algorithms: [alg], issuer, audience };
    const guard = async (req, res, next) => {
      const [scheme, token] = (req.headers.authorization ?? '').split(' ');
      if (scheme !== 'Bearer') return res.status(401).json({ error: 'invalid_token' });
      try {
        req.auth = (await jwtVerify(token, publicKey, options)).payload;
      } catch {
        return res.status(401).json({ error: 'invalid_token' });
      }
      next();
    };
    app.get('/guarded', guard, ok);
  },

  'express-jwt': (app, { publicKey, alg, issuer, audience }) => {
    const guard = expressjwt({ secret: publicKey, algorithms: [alg], issuer, audience });
    app.get('/guarded', guard, ok);
  },

  'passport-jwt': (app, { publicKey, alg, issuer, audience }) => {
    const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
    const options = { jwtFromRequest, secretOrKey: publicKey, algorithms: [alg], issuer, audience };
    passport.use(new Strategy(options, (claims, done) => done(null, claims)));
    app.get('/guarded', passport.authenticate('jwt', { session: false }), ok);
  },

  'express-oauth2-jwt-bearer': async (app, { publicKey, alg, issuer, audience }) => {
    // The package accepts a secret or the URL of a key set, but no public key.
    const keys =
      alg === 'HS256'
        ? { secret: publicKey.export().toString() }
        : { jwksUri: await serveKeySet(publicKey) };
    app.get('/guarded', auth0({ issuer, audience, tokenSigningAlg: alg, ...keys }), ok);
  },
};

function fastJwtGuard({ publicKey, alg, issuer, audience }, cache) {
  const isSecret = publicKey.type === 'secret';
  const key = isSecret ? publicKey.export() : publicKey.export({ type: 'spki', format: 'pem' });
  const options = { algorithms: [alg], allowedIss: issuer, allowedAud: audience };
  const verify = createVerifier({ key, ...options, cache });
  return (req, res, next) => {
    const [scheme, token] = (req.headers.authorization ?? '').split(' ');
    if (scheme !== 'Bearer') return res.status(401).json({ error: 'invalid_token' });
    try {
      req.auth = verify(token);
    } catch {
      return res.status(401).json({ error: 'invalid_token' });
    }
    next();
  };
}

async function serveKeySet(publicKey) {
  const keySet = JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] });
  const server = http.createServer((_req, res) =>
    res.setHeader('Content-Type', 'application/json').end(keySet),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}/jwks`;
}

async function createApp(guard, settings) {
  const app = express();
  await guard(app, settings);
  app.get('/open', ok);
  app.use((error, _req, res, _next) =>
    res.status(error.status ?? 500).json({ error: error.message }),
  );
  return app;
}

/** Builds all apps in one process, so that they share its conditions: the baseline first, then the contenders in order. */
export async function build(_name, { secret, privateKey, ...settings }) {
  const key = secret ? createSecretKey(secret, 'utf8') : createPrivateKey(privateKey);
  const publicKey = secret ? key : createPublicKey(key);
  const all = [bare, ...Object.values(guards)];
  return Promise.all(all.map((guard) => createApp(guard, { ...settings, key, publicKey })));
}
