import { checkClient } from '../clients/check-client';
import type { Client } from '../clients/client';
import { createGuard } from '../guarding/guard';
import { createRevocations } from '../guarding/revocations';
import { createStandingCheck } from '../guarding/standing';
import { assertNotRequest } from '../internal/assert';
import { resolveOptions } from '../internal/options';
import { createIssuer } from '../issuing/issuer';
import { createThrottle, NO_THROTTLE } from '../issuing/throttle';
import type { Keys } from '../keys/key-ring';
import { createReporter, type Reporter } from '../reporter';
import type { JwtClaims } from '../tokens/claims';
import { createTokens } from '../tokens/tokens';
import { createThrottledAddress } from './caller-address';
import { createHttpError } from './challenge';
import { createClientTokenEndpoint } from './endpoints/client-token';
import { createMiddleware } from './mount';
import { AUTH_OPTIONS, type AuthSettings, type JwtAuthOptions } from './options';
import { addressOf } from './request';
import { createRequestGuard } from './request-guard';
import { createAccessTokenVerifier, type AccessTokenVerifier } from './verify-access-token';
import { bindGuard, type JwtMiddleware, type RequireJwtOptions } from './require-jwt';

/** What `app.use` takes, with the tools that share its keys and its verifier. */
export interface JwtAuth extends JwtMiddleware {
  /** Creates a guard bound to this auth, whichever one the request has passed. Throws as `requireJwt` does. */
  requireJwt(options?: RequireJwtOptions): JwtMiddleware;
  /**
   * Issues a token for a client without asking the verifier. If `find` names the client's scopes,
   * the guard grants no others. Throws a TypeError if the client is malformed or disabled.
   */
  issueToken(client: Client): string;
  /**
   * Verifies a token as the guard does, for WebSockets, GraphQL and MCP. Rejects with a JwtAuthError
   * if the token is refused, or if that could not be told (status 500 or more).
   */
  readonly verifyAccessToken: AccessTokenVerifier;
  /** Replaces all keys from now on. Throws a TypeError, and changes nothing, if one is not good. */
  replaceKeys(keys: Keys): void;
  /**
   * Ends one token, given as text or by its claims: the guard refuses it from the next request on.
   * Rejects with a JwtAuthError if it is not a token of this auth, with a TypeError if there is no
   * `revocations` store or the token has no `jti`, and with what the store rejects with.
   */
  revokeToken(token: string | Pick<JwtClaims, 'jti' | 'exp'>): Promise<void>;
  /** Releases what the verifier holds, such as its threads. */
  close(): Promise<void>;
}

/**
 * Creates middleware with a token route (`GET|POST /auth/jwt`) and a guard: mount it above the
 * routes that {@link requireJwt} protects.
 *
 * @throws TypeError that names the option, its value (never a secret) and the remedy.
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
  assertNotRequest(options, OWNER, 'app.use(createJwtAuth({ … }))');
  const settings = resolveOptions(options, OWNER, AUTH_OPTIONS);
  const { clock, verifier, realm } = settings;
  const tokens = createTokens(settings, OWNER);
  const reporter = createReporter(settings.onEvent);
  const onOutage = reporter.outage;
  const timeoutMs = settings.verifierTimeoutMs;
  const standingOf = createStandingCheck(verifier, { ...settings, timeoutMs, onOutage });
  const { isRevoked, revoke } = createRevocations({ ...settings, onOutage });
  const guard = createGuard({ clock, verify: tokens.verify, standingOf, isRevoked });
  const requestGuard = createRequestGuard({ guard, settings, reporter });
  const throttle = settings.throttle ? createThrottle(settings.throttle, settings) : NO_THROTTLE;
  const issue = createIssuer({ settings, tokens, throttle });
  const endpoints = [createClientTokenEndpoint(settings, issue)];
  const parts = { settings, reporter, addressOf: createAddressReader(settings, reporter) };

  return Object.assign(createMiddleware(requestGuard, endpoints, parts), {
    requireJwt: (requirements: RequireJwtOptions = {}) =>
      bindGuard(requirements, () => requestGuard),
    issueToken: (client: Client) => {
      const checked = checkClient(client, 'issueToken: client');
      if (checked.disabled)
        throw new TypeError(`issueToken: client ${checked.clientId} is disabled.`);
      return tokens.issue(checked, clock()).token;
    },
    verifyAccessToken: createAccessTokenVerifier(guard, settings.realm, reporter),
    replaceKeys: tokens.replaceKeys,
    revokeToken: async (token: string | Pick<JwtClaims, 'jti' | 'exp'>) => {
      if (typeof token !== 'string') return revoke(token);
      const verified = await tokens.verify(token);
      if (typeof verified === 'string') throw createHttpError(verified, {}, realm);
      return revoke(verified.jwt.claims);
    },
    close: async () => verifier.close?.(),
  });
}

/** An address costs something, so it is read only if somebody needs it. */
function createAddressReader({ throttle }: AuthSettings, { isListening }: Reporter) {
  if (throttle !== undefined) return createThrottledAddress();
  return isListening ? addressOf : () => undefined;
}

const OWNER = 'createJwtAuth';
