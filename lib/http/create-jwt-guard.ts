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

/** Middleware for `app.use` in a service that only verifies tokens. */
export interface JwtGuard extends JwtMiddleware {
  /**
   * Creates a guard that always uses this middleware, whichever one the request has passed. Throws
   * a TypeError if an option is malformed.
   */
  requireJwt(options?: RequireJwtOptions): JwtMiddleware;
  /**
   * Verifies a token like the guard, for WebSockets, GraphQL and MCP. Rejects with a JwtAuthError
   * if the token is refused, or if it could not be checked (status 500 or more). Rejects with a
   * TypeError if it is not a string.
   *
   * @example
   * ```ts
   * const { clientId, scopes } = await guard.verifyAccessToken(token);
   * ```
   */
  readonly verifyAccessToken: AccessTokenVerifier;
  /**
   * Replaces all keys immediately. Throws a TypeError, and changes nothing, if a key is missing,
   * weak or malformed.
   *
   * @example
   * ```ts
   * guard.replaceKeys([createPublicKey(newPem), createPublicKey(oldPem)]);
   * ```
   */
  replaceKeys(keys: Keys): void;
  /** Releases the resources of `clients`. */
  close(): Promise<void>;
}

/**
 * Creates middleware for a service that verifies tokens and issues none. Mount it above the routes
 * that {@link requireJwt} protects. It needs public keys, or the secret of the issuer, and no
 * verifier.
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
