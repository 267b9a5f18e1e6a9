import { generateKeyPairSync } from 'node:crypto';

import express, { type RequestHandler } from 'express';
import { requireJwt } from 'express-client-jwt';

import { testAuth } from './app';
import { listen } from './raw-http';

/** The key of the issuer. */
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** A key that it does not know. */
export const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A key as a JWK. */
export const jwkOf = (kid: string | undefined, key = ec.publicKey) => ({
  ...key.export({ format: 'jwk' }),
  ...(kid !== undefined && { kid }),
});

/** A running issuer with the guarded route `/reports`. What `before` serves goes before it. */
export async function startIssuer(before: Record<string, RequestHandler | object> = {}) {
  const app = express();
  for (const [at, handler] of Object.entries(before))
    app.use(
      at,
      typeof handler === 'function'
        ? (handler as RequestHandler)
        : (_req, res) => void res.json(handler),
    );
  const url = `http://127.0.0.1:${String(await listen(app))}`;
  const keys = { key: ec.privateKey, kid: '2026-11' };
  app.use(testAuth({ keys, issuer: url, resource: url, oauth: true, jwks: true }));
  app.get('/reports', requireJwt(), (_req, res) => void res.json({}));
  return { app, url, jwks: `${url}/.well-known/jwks.json` };
}
