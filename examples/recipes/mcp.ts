import { createJwtAuth, getJwt, requireJwt, type ClientVerifier } from 'express-client-jwt';
import { Router, type Handler, type RequestHandler } from 'express';

/** The public URL of your app, and that of your MCP server, which becomes the audience of its tokens. */
const issuer = process.env.PUBLIC_URL ?? 'https://api.example.com';
const resource = `${issuer}/mcp`;

/** Opens an MCP server at /mcp to programs. `serve` is the handler of your MCP server. */
export function openToPrograms(verifier: ClientVerifier, serve: Handler): Router {
  const router = Router();
  // MCP clients require an authorization endpoint in the metadata, although they do not use it here.
  const oauth = { metadata: { authorization_endpoint: `${issuer}/oauth/none` } };
  const keys = process.env.JWT_SECRET;
  router.use(createJwtAuth({ keys, verifier, issuer, resource, oauth }));
  router.all('/mcp', requireJwt(), fillAuth, serve);
  return router;
}

/** The bridge: tools of the MCP SDK read the caller from `req.auth`. */
const fillAuth: RequestHandler = (req, _res, next) => {
  const { token, clientId, scopes, claims } = getJwt(req);
  Object.assign(req, { auth: { token, clientId, scopes: [...scopes], expiresAt: claims.exp } });
  next();
};
