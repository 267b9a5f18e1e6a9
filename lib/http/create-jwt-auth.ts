import type { NextFunction, Request, Response } from 'express';

import { checkClient } from '../clients/check-client';
import type { Client, Standing } from '../clients/client';
import { Directory, type StandingCheck } from '../guarding/standing';
import { JwtAuthError } from '../errors';
import type { Keys } from '../keys/key-ring';
import type { JwtClaims } from '../tokens/claims';
import { createTokens } from '../tokens/tokens';
import { createGuard } from '../guarding/guard';
import { resolveOptions, type JwtAuthOptions, type Settings } from './options';
import { createReporter, type Reporter } from '../reporter';
import { bindGuard, setGuard, type JwtMiddleware, type RequireJwtOptions } from './require-jwt';
import { createRevocationCheck, revoke } from '../guarding/revocations';
import { createTokenRoute } from './endpoints/client-token';

const GOOD_STANDING: Standing = { disabled: false, tokensValidAfterMs: 0 };

/** What `app.use` takes, with the tools that share its keys and its verifier. */
export interface JwtAuth extends JwtMiddleware {
  /** A guard bound to this one, for a route that the request reaches without passing it. Throws as `requireJwt` does. */
  requireJwt(options?: RequireJwtOptions): JwtMiddleware;
  /** A token for this client, without asking the verifier. Throws a TypeError where the client is malformed. */
  issueToken(client: Client): string;
  /** From now on these keys and no others. Throws a TypeError, and changes nothing, where one is not good. */
  replaceKeys(keys: Keys): void;
  /**
   * Ends one token, given as it is or by its claims: the guard refuses it from the next request on. Rejects with a
   * JwtAuthError where it is no token of ours, with a TypeError where there is no store or the token has no `jti`, and
   * with what the store rejects with.
   */
  revokeToken(token: string | Pick<JwtClaims, 'jti' | 'exp'>): Promise<void>;
  /** Lets go of what the verifier holds, such as its threads. */
  close(): Promise<void>;
}

/**
 * Middleware with a token route (`GET|POST /auth/jwt`) and the guard's knowledge: mount it before the routes that
 * {@link requireJwt} protects.
 *
 * @throws TypeError that names the option, what it must be and what kind of value it is.
 *
 * @example
 * ```ts
 * app.use(createJwtAuth({
 *   keys: process.env.JWT_SECRET,
 *   verifier: bcryptVerifier([{ clientId: 'reports', secrets: [{ hash: '$2b$10$…' }] }]),
 * }));
 * ```
 */
export function createJwtAuth(options: JwtAuthOptions): JwtAuth {
  const settings = resolveOptions(options);
  const tokens = createTokens(settings);
  const reporter = createReporter(settings.onEvent);
  const standingOf = createStandingCheck(settings, reporter);
  const guard = createGuard({
    settings,
    tokens,
    reporter,
    standingOf,
    isRevoked: createRevocationCheck(settings, reporter),
  });
  const tokenRoute = createTokenRoute({ settings, tokens, reporter });
  const { path, clock, verifier } = settings;

  function jwtAuth(req: Request, res: Response, next: NextFunction): void {
    setGuard(req, guard);
    if (isTokenRoute(req, path) && req.method !== 'OPTIONS') tokenRoute(req, res, next);
    else next();
  }

  return Object.assign(jwtAuth as JwtMiddleware, {
    requireJwt: (requirements: RequireJwtOptions = {}) => bindGuard(requirements, () => guard),
    issueToken: (client: Client) =>
      tokens.issue(checkClient(client, 'issueToken: client'), clock()).token,
    replaceKeys: (keys: Keys) => {
      tokens.replaceKeys(keys);
    },
    revokeToken: async (token: string | Pick<JwtClaims, 'jti' | 'exp'>) => {
      const verified = typeof token === 'string' ? tokens.verify(token) : undefined;
      if (typeof verified === 'string') throw new JwtAuthError(verified);
      await revoke(settings, verified?.jwt.claims ?? (token as Pick<JwtClaims, 'jti' | 'exp'>));
    },
    close: async () => verifier.close?.(),
  });
}

/** Where the verifier has no `find`, a token is good until it expires. */
function createStandingCheck(
  { verifier, verifierTimeoutMs, ...settings }: Settings,
  reporter: Reporter,
): StandingCheck {
  if (verifier.find === undefined) return () => GOOD_STANDING;
  const directory = new Directory((clientId) => verifier.find?.(clientId), {
    ...settings,
    timeoutMs: verifierTimeoutMs,
    onOutage: (cause, clientId) => {
      reporter.outage({ source: 'clients', cause, clientId });
    },
  });
  return (clientId) => directory.standingOf(clientId);
}

/** As Express matches by default: in any case, and with or without a slash at the end. */
function isTokenRoute(req: Request, path: string): boolean {
  // Most requests are for something else, and their URL says so for less than Express's getter of the path.
  if (!req.url.toLowerCase().includes(path)) return false;
  const requested = req.path.toLowerCase();
  return requested === path || requested === `${path}/`;
}
