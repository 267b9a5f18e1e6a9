import { LONGEST_LIFETIME_SECONDS } from '../clients/client';
import type { ClientVerifier } from '../clients/verifier';
import { expected } from '../internal/assert';
import {
  callback,
  clock,
  flag,
  objectWith,
  oneOf,
  required,
  text,
  wholeNumber,
  type Option,
  type SettingsOf,
} from '../internal/options';
import { parseThrottle, type ThrottleOptions, type ThrottleSettings } from '../issuing/throttle';
import type { Keys } from '../keys/key-ring';
import type { EventListener } from '../reporter';
import type { RevocationStore } from '../tokens/revocation-store';
import { isQuotable } from './challenge';
import {
  jwks,
  oauth,
  pathOption,
  resource,
  type JwksOptions,
  type OAuthOptions,
} from './endpoint-options';

/** The options that `createJwtAuth` and `createJwtGuard` share. `undefined` means the default. */
export interface CommonOptions {
  /** The `iss` of tokens; the guard requires it. Default: none. */
  readonly issuer?: string | undefined;
  /** The `aud` of tokens; the guard requires one of these. Default: `resource`. */
  readonly audience?: string | readonly string[] | undefined;
  /** The realm in challenges (RFC 9110 §11.5). Default: `api`. */
  readonly realm?: string | undefined;
  /**
   * The URL of the API that the guard protects. It serves the document that names the issuer (RFC
   * 9728), and challenges point to it. `createJwtAuth` then accepts tokens for it alone. It needs an
   * `issuer` that is a URL. Default: none.
   */
  readonly resource?: string | undefined;
  /**
   * How refusals are sent: as JSON (`json`), or as a `JwtAuthError` to the app's error
   * handler (`next`). Default: `json`.
   */
  readonly errors?: 'json' | 'next' | undefined;
  /**
   * How long the guard uses a result of `find`, in seconds, 0 to 86,400. Default: 30; 0 calls
   * `find` on every request.
   */
  readonly clientCacheSeconds?: number | undefined;
  /**
   * How old that result may be while `find` fails, and how much longer than ten minutes fetched keys
   * are used while their issuer is down, in seconds, 0 to 86,400. Default: 300.
   */
  readonly maxStaleSeconds?: number | undefined;
  /**
   * The number of verified tokens to cache, 0 to 1,000,000, at about 600 bytes each. A token is
   * cached when it is used a second time. Default: 10,000; 0 caches none.
   */
  readonly tokenCacheSize?: number | undefined;
  /**
   * The time limit of a call to the store of `throttle` or `revocations`, in milliseconds, 1 to
   * 600,000. Default: 2,000.
   */
  readonly storeTimeoutMs?: number | undefined;
  /** The store of revoked tokens; the guard calls it on every request. Default: none. */
  readonly revocations?: RevocationStore | undefined;
  /**
   * What happens while that store fails: `refuse` responds with 503, `accept` accepts the token.
   * Default: `refuse`.
   */
  readonly onRevocationOutage?: 'refuse' | 'accept' | undefined;
  /**
   * Receives an event for each token issued, each refusal with its reason, and each outage.
   * Default: a process warning at the first outage of each kind.
   */
  readonly onEvent?: EventListener | undefined;
  /** The time in milliseconds since 1970, read on each use. Default: `Date.now()`. */
  readonly clock?: (() => number) | undefined;
}

/** The options of `createJwtAuth`. `undefined` means the default. */
export interface JwtAuthOptions extends CommonOptions {
  /**
   * One key, or a list of up to 16: the first signs, all verify. A string is an HMAC secret of 32
   * bytes or more.
   */
  readonly keys: Keys;
  /** The verifier of client credentials: {@link bcryptVerifier}, or your own. */
  readonly verifier: ClientVerifier;
  /** The path of the token route, below the mount path. Default: `/auth/jwt`. */
  readonly path?: string | undefined;
  /** How long a token is valid, in seconds, 1 to 31,536,000 (a year). Default: 3600. */
  readonly expiresInSeconds?: number | undefined;
  /**
   * Adds `Authorization` to `Access-Control-Expose-Headers`, so that browsers can read it from
   * other origins. Default: false.
   */
  readonly exposeToken?: boolean | undefined;
  /**
   * Adds `access_token` to the response body, for gateways that remove the header. Default: false.
   */
  readonly tokenInBody?: boolean | undefined;
  /**
   * The time limit of `verify` and `find` of the verifier, in milliseconds, 1 to 600,000. Default:
   * 30,000.
   */
  readonly verifierTimeoutMs?: number | undefined;
  /** Refuses attempts with 429 after too many failures. Default: off. */
  readonly throttle?: ThrottleOptions | undefined;
  /**
   * Opens the standard endpoints of OAuth 2.0: token, introspection, revocation and, if `issuer` is
   * a URL, metadata (RFC 8414). Default: off.
   */
  readonly oauth?: boolean | OAuthOptions | undefined;
  /**
   * Publishes the public keys (RFC 7517 §5), so that other services can verify tokens. Default: off.
   */
  readonly jwks?: boolean | JwksOptions | undefined;
  /**
   * The kind of tokens. `rfc9068` sets `typ` to at+jwt, and needs `issuer` and `audience`. Default:
   * `jwt`.
   */
  readonly tokenProfile?: 'jwt' | 'rfc9068' | undefined;
}

const DAY_SECONDS = 86_400;
/** Checks whether a text is not empty. */
export const isNotEmpty = (value: string): boolean => value !== '';

/** The option `keys`. The key ring checks them, because it knows what is secret. */
export const keys: Option<Keys> = {
  must: 'one key or a list of 1 to 16',
  fallback: 'required',
  parse: (value) => value as Keys,
};

const oneAudience = text(undefined, 'a text that is not empty', isNotEmpty);
const audience: Option<string | readonly string[] | undefined> = {
  must: 'a text or a list of one or more',
  fallback: '`resource`',
  parse: (value, name) => {
    if (!Array.isArray(value)) return oneAudience.parse(value, name);
    if (value.length === 0) throw expected(name, audience.must, value);
    return value.map((each, index) => {
      const item = `${name}[${String(index)}]`;
      const parsed = oneAudience.parse(each, item);
      if (parsed === undefined) throw expected(item, oneAudience.must, each);
      return parsed;
    });
  },
};

const throttle: Option<ThrottleSettings | undefined> = {
  must: 'an object { failures, windowSeconds, store? }',
  fallback: 'off',
  parse: (value, name) => (value === undefined ? undefined : parseThrottle(value, name)),
};

/** One row per option that both factories take. */
export const COMMON_OPTIONS = {
  issuer: text(undefined, 'a text that is not empty', isNotEmpty),
  audience,
  realm: text(
    'api',
    'ASCII text without quotes, backslashes or line breaks',
    (value) => isNotEmpty(value) && isQuotable(value),
  ),
  resource,
  errors: oneOf('json', 'next'),
  clientCacheSeconds: wholeNumber(30, 0, DAY_SECONDS),
  maxStaleSeconds: wholeNumber(300, 0, DAY_SECONDS),
  tokenCacheSize: wholeNumber(10_000, 0, 1_000_000),
  storeTimeoutMs: wholeNumber(2000, 1, 600_000),
  revocations: objectWith<RevocationStore>(
    'a store with isRevoked(jti) and revoke(jti, expiresAt), such as memoryRevocations()',
    ['isRevoked', 'revoke'],
  ),
  onRevocationOutage: oneOf('refuse', 'accept'),
  onEvent: callback<EventListener | undefined>(
    undefined,
    'a process warning at the first outage of each kind',
  ),
  clock,
};

/** One row per option of `createJwtAuth`. */
export const AUTH_OPTIONS = {
  keys,
  ...COMMON_OPTIONS,
  verifier: required(
    objectWith<ClientVerifier>(
      'a verifier: bcryptVerifier(clients), or an object with a verify function',
      ['verify'],
      ['find', 'noteUse', 'close'],
    ),
  ),
  path: pathOption('/auth/jwt'),
  expiresInSeconds: wholeNumber(3600, 1, LONGEST_LIFETIME_SECONDS),
  exposeToken: flag(false),
  tokenInBody: flag(false),
  verifierTimeoutMs: wholeNumber(30_000, 1, 600_000),
  throttle,
  oauth,
  jwks,
  tokenProfile: oneOf('jwt', 'rfc9068'),
} satisfies Record<keyof JwtAuthOptions, Option<unknown>>;

/** The options of `createJwtAuth` with every default filled in. */
export type AuthSettings = SettingsOf<typeof AUTH_OPTIONS>;
