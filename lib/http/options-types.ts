import type { ClientLookup, ClientVerifier } from '../clients/verifier';
import type { ThrottleOptions } from '../issuing/throttle';
import type { Keys } from '../keys/key-ring';
import type { EventListener } from '../reporter';
import type { RevocationStore } from '../tokens/revocation-store';

/** The options that `createJwtAuth` and `createJwtGuard` share. `undefined` means the default. */
export interface CommonOptions {
  /** One key, or a list of up to 16. A string is an HMAC secret of 32 bytes or more. */
  readonly keys: Keys;
  /** The `iss` of tokens, which the guard demands. Default: none. */
  readonly issuer?: string | undefined;
  /** The `aud` of tokens; the guard demands one of these. Default: none. */
  readonly audience?: string | readonly string[] | undefined;
  /** The realm that challenges name (RFC 9110 §11.5). Default: `api`. */
  readonly realm?: string | undefined;
  /** Send refusals as JSON, or hand them to the app's error handler as {@link JwtAuthError}. Default: `json`. */
  readonly errors?: 'json' | 'next' | undefined;
  /** How long the guard relies on a result of `find`, in seconds, 0 to 86,400. Default: 30; 0 asks every time. */
  readonly clientCacheSeconds?: number | undefined;
  /** How old that result may get while `find` fails, in seconds, 0 to 86,400. Default: 300. */
  readonly maxStaleSeconds?: number | undefined;
  /** How many verified tokens are remembered, 0 to 1,000,000, at about 600 bytes each. Default: 10,000; 0 remembers none. */
  readonly tokenCacheSize?: number | undefined;
  /** When a store of `throttle` or `revocations` that does not respond has failed, in milliseconds, 1 to 600,000. Default: 2,000. */
  readonly storeTimeoutMs?: number | undefined;
  /** Where revoked tokens are kept: the guard asks it on every request. Default: none. */
  readonly revocations?: RevocationStore | undefined;
  /** While that store fails: `refuse` with 503, or `accept` the token. Default: `refuse`. */
  readonly onRevocationOutage?: 'refuse' | 'accept' | undefined;
  /** Receives tokens issued, requests refused and why, and outages. Default: outages become process warnings. */
  readonly onEvent?: EventListener | undefined;
  /** The time in milliseconds since 1970. Default: `Date.now()`, asked each time. */
  readonly clock?: (() => number) | undefined;
}

/** The options of `createJwtAuth`. `undefined` means the default. */
export interface JwtAuthOptions extends CommonOptions {
  /** Who may have a token: {@link bcryptVerifier}, or one of your own. */
  readonly verifier: ClientVerifier;
  /** The path of the token route, below the mount. Default: `/auth/jwt`. */
  readonly path?: string | undefined;
  /** How long a token is valid, in seconds, 1 to 31,536,000 (a year). Default: 3600. */
  readonly expiresInSeconds?: number | undefined;
  /** Adds `Authorization` to `Access-Control-Expose-Headers`, so that browsers of other origins can read it. Default: false. */
  readonly exposeToken?: boolean | undefined;
  /** Adds `access_token` to the response's body, for gateways that strip the header. Default: false. */
  readonly tokenInBody?: boolean | undefined;
  /** When a verifier that does not settle has failed, in milliseconds, 1 to 600,000. Default: 30,000. */
  readonly verifierTimeoutMs?: number | undefined;
  /** Refuses with 429 after too many failed attempts. Default: off. */
  readonly throttle?: ThrottleOptions | undefined;
}

/** The options of `createJwtGuard`. `undefined` means the default. */
export interface JwtGuardOptions extends CommonOptions {
  /**
   * Where the clients are, so that disabling one ends its tokens: a store, a verifier, or any
   * object with `find(clientId)`. A lookup that exceeds `storeTimeoutMs` has failed. Default: none,
   * and a token is good until it expires.
   */
  readonly clients?: ClientLookup | undefined;
}
