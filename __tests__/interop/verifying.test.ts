/** Libraries that nobody here wrote verify our tokens by the published keys, over real HTTP. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';

import { createJwtAuth } from 'express-client-jwt';
import { auth as oauth2JwtBearer } from 'express-oauth2-jwt-bearer';

import { runProgram, serve } from './program';

const AUDIENCE = 'https://api.example.com';
const KEYS: [string, KeyObject][] = [
  ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
  ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
];

/** An issuer, and a token of it. */
async function issuerWith(key: KeyObject) {
  let token = '';
  const { url } = await serve((app, issuer) => {
    const verifier = { verify: () => Promise.resolve(undefined) };
    const options = { keys: key, verifier, issuer, audience: AUDIENCE, jwks: true };
    const auth = createJwtAuth(options);
    token = auth.issueToken({ clientId: 'reports', scopes: ['reports:read'] });
    app.use(auth);
  });
  return { url, token };
}

test.each(KEYS)('jose and fast-jwt verify a token of %s', async (_alg, key) => {
  const { url: ISSUER, token: TOKEN } = await issuerWith(key);
  expect(await runProgram('verify.mjs', { ISSUER, AUDIENCE, TOKEN })).toEqual({
    jose: 'reports',
    fastJwt: 'reports',
  });
});

test.each(KEYS)('express-jwt with jwks-rsa verifies a token of %s', async (_alg, key) => {
  const { url: ISSUER, token: TOKEN } = await issuerWith(key);
  const result = await runProgram('jwks-rsa.mjs', { ISSUER, AUDIENCE, TOKEN });
  expect(result).toEqual({ status: 200, sub: 'reports', wrong: 401 });
});

test.each(KEYS)('express-oauth2-jwt-bearer verifies a token of %s', async (alg, key) => {
  const { url: issuer, token } = await issuerWith(key);
  const { url } = await serve((app) => {
    const jwksUri = `${issuer}/.well-known/jwks.json`;
    app.use(oauth2JwtBearer({ issuer, jwksUri, audience: AUDIENCE, tokenSigningAlg: alg }));
    app.get('/', (req, res) => void res.json(req.auth?.payload));
  });
  const call = async (text: string) => fetch(url, { headers: { Authorization: `Bearer ${text}` } });
  expect(await (await call(token)).json()).toMatchObject({ sub: 'reports', scope: 'reports:read' });
  expect((await call(`${token.slice(0, -4)}AAAA`)).status).toBe(401);
});

test('jose and our guard agree about 322 pairs of a key set and a token', async () => {
  const { cases, accepted, differences } = await runProgram('oracle.mjs', {});
  expect([cases, accepted]).toEqual([322, 32]);
  // RFC 9864 §2.2: both names are one algorithm.
  expect(differences).toEqual(['Ed25519 by Ed25519 named EdDSA: jose says no']);
});
