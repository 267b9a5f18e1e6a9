// One guarded route, GET /guarded, in the ways that people guard it: each with everything prepared at the start, and each
// checking signature, algorithm, issuer, audience and times. GET /open is a route that nobody guards.
import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto';
import http from 'node:http';

import express from 'express';
import { bcryptVerifier, createJwtAuth, requireJwt } from '../../dist/index.js';
import { expressjwt } from 'express-jwt';
import { auth as auth0 } from 'express-oauth2-jwt-bearer';
import jsonwebtoken from 'jsonwebtoken';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';

const answer = (_req, res) => res.json({ ok: true });

const nobody = (app) => app.get('/guarded', answer);

/** Those that let everybody through. */
export const OPEN = ['Express alone', 'a header read', 'a header read, req.jwt set'];

const passed = new WeakSet();

export const guards = {
  /** Compared with itself: how far the figures of one and the same app lie apart. */
  'Express alone': nobody,

  /** What is left for any package that is mounted and guards a route. */
  'a header read': (app) => {
    app.use((_req, _res, next) => next());
    app.get(
      '/guarded',
      (req, _res, next) => (req.headers.authorization ? next() : next('route')),
      answer,
    );
  },

  /** The same for one that also knows which requests it was mounted for, and leaves a property. Neither checks anything. */
  'a header read, req.jwt set': (app) => {
    app.use((req, _res, next) => next(void passed.add(req)));
    const guard = (req, _res, next) => {
      if (!passed.has(req) || !req.headers.authorization) return next('route');
      req.jwt = OPEN;
      next();
    };
    app.get('/guarded', guard, answer);
  },

  'express-client-jwt': (app, { key, alg, issuer, audience, client }) => {
    // Fewer than the benchmark has tokens, so that new ones push out old ones as they do in the long run.
    const tokenCacheSize = 2000;
    app.use(
      createJwtAuth({
        keys: { key, alg },
        issuer,
        audience,
        tokenCacheSize,
        verifier: bcryptVerifier([client]),
      }),
    );
    app.get('/guarded', requireJwt(), answer);
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
    app.get('/guarded', guard, answer);
  },

  'express-jwt': (app, { publicKey, alg, issuer, audience }) => {
    app.get(
      '/guarded',
      expressjwt({ secret: publicKey, algorithms: [alg], issuer, audience }),
      answer,
    );
  },

  'passport-jwt': (app, { publicKey, alg, issuer, audience }) => {
    const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
    const options = { jwtFromRequest, secretOrKey: publicKey, algorithms: [alg], issuer, audience };
    passport.use(new Strategy(options, (claims, done) => done(null, claims)));
    app.get('/guarded', passport.authenticate('jwt', { session: false }), answer);
  },

  'express-oauth2-jwt-bearer': async (app, { publicKey, alg, issuer, audience }) => {
    // It takes a secret, or the address of a key set; never a public key.
    const keys =
      alg === 'HS256'
        ? { secret: publicKey.export().toString() }
        : { jwksUri: await serveKeySet(publicKey) };
    app.get('/guarded', auth0({ issuer, audience, tokenSigningAlg: alg, ...keys }), answer);
  },
};

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
  app.get('/open', answer);
  app.use((error, _req, res, _next) =>
    res.status(error.status ?? 500).json({ error: error.message }),
  );
  return app;
}

/** All apps in one process, so that they share what else it does: the baseline, and then the contenders in their order. */
export async function build(_name, { secret, privateKey, ...settings }) {
  const key = secret ? createSecretKey(secret, 'utf8') : createPrivateKey(privateKey);
  const publicKey = secret ? key : createPublicKey(key);
  return Promise.all(
    [nobody, ...Object.values(guards)].map((guard) =>
      createApp(guard, { ...settings, key, publicKey }),
    ),
  );
}
