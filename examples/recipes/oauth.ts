import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { createJwtAuth, memoryRevocations, type ClientVerifier } from 'express-client-jwt';

/** An issuer that any OAuth client, any service and any library can use. */
export function createIssuer(verifier: ClientVerifier) {
  return createJwtAuth({
    keys: { key: createPrivateKey(readFileSync('keys/2026-11.pem')), kid: '2026-11' },
    verifier,
    issuer: 'https://api.example.com',
    audience: 'https://api.example.com',
    oauth: true,
    jwks: true,
    revocations: memoryRevocations(),
  });
}
