import type { Request } from 'express';

import { addressOf } from './request';

/**
 * Creates the function that reads a caller's address for a throttle. It warns once if requests come
 * through a proxy that Express does not trust: all callers then have the proxy's address.
 */
export function createThrottledAddress(): (req: Request) => string | undefined {
  let hasWarned = false;
  return (req) => {
    if (!hasWarned && isBehindUntrustedProxy(req)) {
      hasWarned = true;
      process.emitWarning(
        "express-client-jwt: requests carry X-Forwarded-For, but Express's trust proxy is off, so throttle counts all callers behind the proxy as one. Set it, for example: app.set('trust proxy', 1)",
        { code: 'EXPRESS_CLIENT_JWT_TRUST_PROXY' },
      );
    }
    return addressOf(req);
  };
}

function isBehindUntrustedProxy(req: Request): boolean {
  // Mocks of a request may have no app.
  const app = req.app as Request['app'] | undefined;
  return Object.hasOwn(req.headers, 'x-forwarded-for') && app?.get('trust proxy') === false;
}
