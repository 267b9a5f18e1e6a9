import { createGuard } from '../guarding/guard';
import { createRevocations } from '../guarding/revocations';
import { createStandingCheck } from '../guarding/standing';
import { assertNotRequest } from '../internal/assert';
import { resolveOptions } from '../internal/options';
import { createVerificationKeys, type Keys } from '../keys/key-ring';
import { createReporter } from '../reporter';
import { createTokenVerifier } from '../tokens/verifier';
import { createMiddleware } from './mount';
import { GUARD_OPTIONS, type JwtGuardOptions } from './options';
import { addressOf } from './request';
import { createRequestGuard } from './request-guard';
import { createAccessTokenVerifier, type AccessTokenVerifier } from './verify-access-token';
import { bindGuard, type JwtMiddleware, type RequireJwtOptions } from './require-jwt';

/** What `app.use` takes in a service that only verifies tokens. */
export interface JwtGuard extends JwtMiddleware {
  /** Creates a guard bound to this one, whichever one the request has passed. Throws as `requireJwt` does. */
  requireJwt(options?: RequireJwtOptions): JwtMiddleware;
  /**
   * Verifies a token as the guard does, for WebSockets, GraphQL and MCP. Rejects with a JwtAuthError
   * if the token is refused, or if that could not be told (status 500 or more).
   */
  readonly verifyAccessToken: AccessTokenVerifier;
  /** Replaces all keys from now on. Throws a TypeError, and changes nothing, if one is not good. */
  replaceKeys(keys: Keys): void;
  /** Releases what `clients` holds. */
  close(): Promise<void>;
}

/**
 * Creates middleware for a service that verifies tokens and issues none: mount it above the routes
 * that {@link requireJwt} protects. It needs public keys, or the secret that the issuer signs with,
 * and no verifier.
 *
 * @throws TypeError that names the option, its value (never a secret) and the remedy.
 *
 * @example
 * ```ts
 * app.use(createJwtGuard({ keys: createPublicKey(pem), issuer: 'https://api.example.com' }));
 * app.get('/reports', requireJwt({ scope: 'reports:read' }), (req, res) => {
 *   res.json({ hello: getJwt(req).clientId });
 * });
 * ```
 */
export function createJwtGuard(options: JwtGuardOptions): JwtGuard {
  assertNotRequest(options, OWNER, 'app.use(createJwtGuard({ … }))');
  const settings = resolveOptions(options, OWNER, GUARD_OPTIONS);
  const { clock, clients = {} } = settings;
  const verifierOf = (keys: Keys) =>
    createTokenVerifier(createVerificationKeys(keys, OWNER), settings);
  let verifier = verifierOf(settings.keys);
  const reporter = createReporter(settings.onEvent);
  const onOutage = reporter.outage;
  const timeoutMs = settings.storeTimeoutMs;
  const standingOf = createStandingCheck(clients, { ...settings, timeoutMs, onOutage });
  const { isRevoked } = createRevocations({ ...settings, onOutage });
  const guard = createGuard({ clock, verify: (token) => verifier(token), standingOf, isRevoked });
  const requestGuard = createRequestGuard({ guard, settings, reporter });

  return Object.assign(createMiddleware(requestGuard, [], { settings, reporter, addressOf }), {
    requireJwt: (requirements: RequireJwtOptions = {}) =>
      bindGuard(requirements, () => requestGuard),
    verifyAccessToken: createAccessTokenVerifier(guard, settings.realm, reporter),
    replaceKeys: (keys: Keys) => {
      verifier = verifierOf(keys);
    },
    close: async () => clients.close?.(),
  });
}

const OWNER = 'createJwtGuard';
