import { checkClient } from '../clients/check-client';
import type { Client } from '../clients/client';
import { createGuard } from '../guarding/guard';
import { createRevocations } from '../guarding/revocations';
import { createStandingCheck } from '../guarding/standing';
import { assertNotRequest } from '../internal/assert';
import { resolveOptions } from '../internal/options';
import { createClientAuthenticator } from '../issuing/client-authenticator';
import { createIssuer } from '../issuing/issuer';
import { createThrottle, NO_THROTTLE } from '../issuing/throttle';
import { createUseRecorder } from '../issuing/use-recorder';
import type { Keys } from '../keys/key-ring';
import { createReporter, type Reporter } from '../reporter';
import type { JwtClaims } from '../tokens/claims';
import { createTokens } from '../tokens/tokens';
import { keepParts } from './auth-parts';
import { createThrottledAddress } from './caller-address';
import { createHttpError } from './challenge';
import {
  createChallengeSettings,
  createIssuerDocuments,
  createIssuerEndpoints,
  loadStandard,
} from './create-endpoints';
import { createMiddleware } from './mount';
import { AUTH_OPTIONS, type AuthSettings, type JwtAuthOptions } from './options';
import { addressOf } from './request';
import { createRequestGuard } from './request-guard';
import { assertAudience, assertProfile, withAudience } from './check-settings';
import { createAccessTokenVerifier, type AccessTokenVerifier } from './verify-access-token';
import { bindGuard, type JwtMiddleware, type RequireJwtOptions } from './require-jwt';
import type { EndpointFunctions } from './standard-endpoints';
import { issuerWithMetadata, withWellKnown } from './well-known';

/** Middleware for `app.use`, with functions that share its keys and its verifier. */
export interface JwtAuth extends JwtMiddleware {
  /**
   * Creates a guard that always uses this middleware, whichever one the request has passed. Throws
   * a TypeError if an option is malformed.
   */
  requireJwt(options?: RequireJwtOptions): JwtMiddleware;
  /**
   * Issues a token for a client without calling the verifier. If `find` names the client's scopes,
   * the guard grants no others. Throws a TypeError if the client is malformed or disabled. Throws a
   * RangeError if the token is longer than 8192 characters, or `tokensValidAfter` is more than five
   * minutes in the future.
   *
   * @example
   * ```ts
   * const token = auth.issueToken({ clientId: 'reports', scopes: ['reports:read'] });
   * ```
   */
  issueToken(client: Client): string;
  /**
   * Verifies a token like the guard, for WebSockets, GraphQL and MCP. Rejects with a JwtAuthError
   * if the token is refused, or if it could not be checked (status 500 or more). Rejects with a
   * TypeError if it is not a string.
   *
   * @example
   * ```ts
   * const { clientId, scopes } = await auth.verifyAccessToken(token);
   * ```
   */
  readonly verifyAccessToken: AccessTokenVerifier;
  /**
   * Replaces all keys immediately: the first signs, all verify. Throws a TypeError, and changes
   * nothing, if a key is missing, weak or malformed.
   *
   * @example
   * ```ts
   * auth.replaceKeys([{ key: newSecret, kid: '2026-12' }, { key: oldSecret, kid: '2026-11' }]);
   * ```
   */
  replaceKeys(keys: Keys): void;
  /**
   * Revokes one token, given as text or by its claims. The guard refuses it from the next request
   * on. Rejects with a JwtAuthError if the text is not a token of this middleware. Rejects with a
   * TypeError if there is no `revocations` store or the token has no `jti`, and with the errors of
   * the store.
   *
   * @example
   * ```ts
   * await auth.revokeToken(getJwt(req).claims);
   * ```
   */
  revokeToken(token: string | Pick<JwtClaims, 'jti' | 'exp'>): Promise<void>;
  /**
   * Serves the metadata documents (RFC 8414, RFC 9728). Mount it at the root of the app, if the
   * middleware itself is mounted below a path.
   *
   * @example
   * ```ts
   * app.use(auth.wellKnown);
   * app.use('/v1', auth);
   * ```
   */
  readonly wellKnown: JwtMiddleware;
  /** Releases the resources of the verifier, such as its threads. */
  close(): Promise<void>;
}

/**
 * Creates middleware with a token route (`GET|POST /auth/jwt`) and a guard. Mount it above the
 * routes that {@link requireJwt} protects.
 *
 * @throws TypeError that names the option, its value (never a secret) and the remedy.
 *
 * @example
 * ```ts
 * const secrets = [{ hash: process.env.REPORTS_HASH }];
 * const verifier = bcryptVerifier([{ clientId: 'reports', secrets }]);
 * app.use(createJwtAuth({ keys: process.env.JWT_SECRET, verifier }));
 * app.get('/reports', requireJwt(), (req, res) => {
 *   res.json({ hello: getJwt(req).clientId });
 * });
 * ```
 */
export function createJwtAuth(options: JwtAuthOptions): JwtAuth {
  assertNotRequest(options, OWNER, 'app.use(createJwtAuth({ … }))');
  const settings = withAudience(resolveOptions(options, OWNER, AUTH_OPTIONS));
  assertAudience(settings, OWNER);
  assertProfile(settings, OWNER);
  const challenge = createChallengeSettings(settings);
  const documents = createIssuerDocuments(settings, OWNER);
  const { reporter, ...functions } = createFunctions(settings);
  const { guard, tokens, revoke } = functions;
  const shared = { ...challenge, errors: settings.errors };
  const requestGuard = createRequestGuard({ guard, settings: shared, reporter });
  const readAddress = createAddressReader(settings, reporter);
  const parts = { owner: OWNER, settings: shared, reporter, addressOf: readAddress };
  const endpoints = [...createIssuerEndpoints(settings, challenge, functions), ...documents];

  const auth = Object.assign(createMiddleware(requestGuard, endpoints, parts), {
    requireJwt: (requirements: RequireJwtOptions = {}) =>
      bindGuard(requirements, () => requestGuard),
    issueToken: (client: Client) => {
      const checked = checkClient(client, 'issueToken: client');
      if (checked.disabled)
        throw new TypeError(`issueToken: client ${checked.clientId} is disabled.`);
      return tokens.issue(checked, settings.clock()).token;
    },
    verifyAccessToken: createAccessTokenVerifier(guard, challenge, reporter),
    replaceKeys: tokens.replaceKeys,
    revokeToken: async (token: string | Pick<JwtClaims, 'jti' | 'exp'>) => {
      if (typeof token !== 'string') return revoke(token);
      const verified = await tokens.verify(token);
      if (typeof verified === 'string') throw createHttpError(verified, {}, challenge);
      return revoke(verified.jwt.claims);
    },
    close: async () => settings.verifier.close?.(),
  });
  keepParts(auth, { settings, endpoints, tokens: { settings, sign: tokens.sign } });
  return withWellKnown(auth, documents, parts, issuerWithMetadata(settings));
}

/** Creates the functions of one issuer, which know nothing of HTTP. */
function createFunctions(settings: AuthSettings): EndpointFunctions & { reporter: Reporter } {
  const { clock, verifier } = settings;
  const publish = settings.jwks && loadStandard().publishKeys;
  const tokens = createTokens({ ...settings, publish }, OWNER);
  const reporter = createReporter(settings.onEvent);
  const onOutage = reporter.outage;
  const timeoutMs = settings.verifierTimeoutMs;
  const standingOf = createStandingCheck(verifier, { ...settings, timeoutMs, onOutage });
  const { isRevoked, revoke } = createRevocations({ ...settings, onOutage });
  const guard = createGuard({ clock, verify: tokens.verify, standingOf, isRevoked });
  const throttle = settings.throttle ? createThrottle(settings.throttle, settings) : NO_THROTTLE;
  const noteUse = createUseRecorder({ ...settings, onOutage });
  const authenticateClient = createClientAuthenticator(settings, throttle, noteUse);
  const issue = createIssuer({ authenticateClient, tokens, clock, audience: settings.audience });
  return { reporter, tokens, guard, authenticateClient, issue, revoke };
}

/**
 * Creates the function that reads the address of the caller. It reads nothing if nobody needs it,
 * because reading is slow.
 */
function createAddressReader({ throttle }: AuthSettings, { isListening }: Reporter) {
  if (throttle !== undefined) return createThrottledAddress();
  return isListening ? addressOf : () => undefined;
}

const OWNER = 'createJwtAuth';
