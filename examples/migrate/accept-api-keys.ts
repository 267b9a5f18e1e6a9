import type { RequestHandler } from 'express';
import type { JwtAuth } from 'express-client-jwt';

/** Replaces an API key with a token, so that routes need one guard. Remove it when all callers send tokens. */
export function acceptApiKeys(auth: JwtAuth, apiKeys: Map<string, string>): RequestHandler {
  return (req, _res, next) => {
    const clientId = apiKeys.get(req.get('x-api-key') ?? '');
    if (clientId !== undefined)
      req.headers.authorization = `Bearer ${auth.issueToken({ clientId })}`;
    next();
  };
}
