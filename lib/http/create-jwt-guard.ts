import { createGuard } from '../guarding/guard';
import { createRevocations } from '../guarding/revocations';
import { createStandingCheck } from '../guarding/standing';
import { assertNotRequest } from '../internal/assert';
import { resolveOptions } from '../internal/options';
import { createVerificationKeys, type Keys, type VerificationKeys } from '../keys/key-ring';
import { createReporter } from '../reporter';
import { CLIENT_ID_CLAIMS } from '../tokens/token-client';
import { createTokenVerifier } from '../tokens/verifier';
import { keepParts } from './auth-parts';
import { chooseKeys } from './choose-keys';
import { createChallengeSettings, createResourceDocuments } from './create-endpoints';
import { GUARD_OPTIONS, type GuardSettings, type JwtGuardOptions } from './guard-options';
import { createMiddleware } from './mount';
import { addressOf } from './request';
import { createRequestGuard } from './request-guard';
import { assertProfile, withAudience } from './check-settings';
import { createAccessTokenVerifier, type AccessTokenVerifier } from './verify-access-token';
import { bindGuard, type JwtMiddleware, type RequireJwtOptions } from './require-jwt';
import { withWellKnown } from './well-known';

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
  /**
   * Serves the metadata document of `resource` (RFC 9728). Mount it at the root of the app, if the
   * guard itself is mounted below a path.
   *
   * @example
   * ```ts
   * app.use(guard.wellKnown);
   * app.use('/v1', guard);
   * ```
   */
  readonly wellKnown: JwtMiddleware;
  /** Releases the resources of `clients`. */
  close(): Promise<void>;
}

/**
 * Creates middleware for a service that verifies tokens and issues none. Mount it above the routes
 * that {@link requireJwt} protects. It needs no verifier. Without `keys`, it fetches those that the
 * issuer publishes.
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
  const settings = withAudience(resolveOptions(options, OWNER, GUARD_OPTIONS));
  assertProfile(settings, OWNER);
  const { clock, clients = {} } = settings;
  const challenge = createChallengeSettings(settings);
  const documents = createResourceDocuments(settings, OWNER);
  const reporter = createReporter(settings.onEvent);
  const onOutage = reporter.outage;
  const verifierOf = (keys: VerificationKeys) =>
    createTokenVerifier(keys, { ...settings, clientIdClaims: clientIdClaimsOf(settings) });
  const hasKeys = Object.hasOwn(options, 'keys');
  let verifier = verifierOf(chooseKeys(settings, { hasKeys, owner: OWNER, onOutage }));
  const timeoutMs = settings.storeTimeoutMs;
  const standingOf = createStandingCheck(clients, { ...settings, timeoutMs, onOutage });
  const { isRevoked } = createRevocations({ ...settings, onOutage });
  const guard = createGuard({ clock, verify: (token) => verifier(token), standingOf, isRevoked });
  const shared = { ...challenge, errors: settings.errors };
  const requestGuard = createRequestGuard({ guard, settings: shared, reporter });
  const parts = { owner: OWNER, settings: shared, reporter, addressOf };

  const middleware = Object.assign(createMiddleware(requestGuard, documents, parts), {
    requireJwt: (requirements: RequireJwtOptions = {}) =>
      bindGuard(requirements, () => requestGuard),
    verifyAccessToken: createAccessTokenVerifier(guard, challenge, reporter),
    replaceKeys: (keys: Keys) => {
      verifier = verifierOf(createVerificationKeys(keys, OWNER));
    },
    close: async () => clients.close?.(),
  });
  keepParts(middleware, { settings, endpoints: documents });
  return withWellKnown(middleware, documents, parts, undefined);
}

const clientIdClaimsOf = ({ clientIdClaim }: GuardSettings): readonly string[] =>
  clientIdClaim === undefined ? CLIENT_ID_CLAIMS : [clientIdClaim];

const OWNER = 'createJwtGuard';
