import { createJwtAuth, type ClientVerifier } from 'express-client-jwt';

export function throttledAuth(verifier: ClientVerifier) {
  return createJwtAuth({
    keys: process.env.JWT_SECRET,
    verifier,
    throttle: { failures: 10, windowSeconds: 3600 },
  });
}
