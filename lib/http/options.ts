import { LONGEST_LIFETIME_SECONDS } from '../clients/client';
import type { ClientVerifier } from '../clients/verifier';
import {
  assertThat,
  booleanOr,
  functionOr,
  integerOr,
  isObject,
  readOptions,
} from '../internal/assert';
import type { Keys } from '../keys/key-ring';
import type { RevocationStore } from '../tokens/revocation-store';
import { isQuotable } from './request';
import type { EventListener } from '../reporter';
import { createThrottle, type Throttle, type ThrottleOptions } from '../issuing/throttle';

/** The options of `createJwtAuth`. `undefined` means the default. */
export interface JwtAuthOptions {
  /** One key, or a list: the first signs, all verify. A string is an HMAC secret of 32 bytes or more. */
  readonly keys: Keys;
  /** Who may have a token: {@link bcryptVerifier}, or one of your own. */
  readonly verifier: ClientVerifier;
  /** Where clients get their token, relative to where the router is mounted. Default: `/auth/jwt`. */
  readonly path?: string | undefined;
  /** How long a token is valid, in seconds, 1 to 31,536,000 (a year). Default: 3600. */
  readonly expiresInSeconds?: number | undefined;
  /** The `iss` of issued tokens, which the guard then demands. Default: none. */
  readonly issuer?: string | undefined;
  /** The `aud` of issued tokens; the guard then demands one of these. Default: none. */
  readonly audience?: string | readonly string[] | undefined;
  /** The realm that challenges name (RFC 9110 §11.5). Default: `api`. */
  readonly realm?: string | undefined;
  /** Lets browsers of other origins read the token's header: adds it to `Access-Control-Expose-Headers`. Default: false. */
  readonly exposeToken?: boolean | undefined;
  /** Adds `access_token` to the answer's body, for gateways that strip the header. Default: false. */
  readonly tokenInBody?: boolean | undefined;
  /** Answer refusals as JSON, or hand them to the app's error handler as {@link JwtAuthError}. Default: `json`. */
  readonly errors?: 'json' | 'next' | undefined;
  /** How long the guard relies on what `verifier.find` answered, in seconds, 0 to 86,400. Default: 30; 0 asks every time. */
  readonly clientCacheSeconds?: number | undefined;
  /** How old that answer may be where `find` fails, in seconds, 0 to 86,400. Default: 300. */
  readonly maxStaleSeconds?: number | undefined;
  /** How many verified tokens are remembered, 0 to 1,000,000, at about 600 bytes each, more with many claims. Default: 10,000; 0 remembers none. */
  readonly tokenCacheSize?: number | undefined;
  /** When a verifier that does not answer has failed, in milliseconds, 1 to 600,000. Default: 30,000. */
  readonly verifierTimeoutMs?: number | undefined;
  /** Where revoked tokens are noted: the guard asks it on every request. Default: none, and `revokeToken` throws. */
  readonly revocations?: RevocationStore | undefined;
  /** What the guard does where that store fails: `refuse` with 503, or `accept` the token. Default: `refuse`. */
  readonly onRevocationOutage?: 'refuse' | 'accept' | undefined;
  /** Refuses further attempts after too many failed ones, with 429. Default: off. */
  readonly throttle?: ThrottleOptions | undefined;
  /** Is told what happens: tokens issued, requests refused and why, outages. Default: outages become process warnings. */
  readonly onEvent?: EventListener | undefined;
  /** The time in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** The options with nothing left open. */
export interface Settings {
  readonly keys: Keys;
  readonly verifier: ClientVerifier;
  readonly path: string;
  readonly expiresInSeconds: number;
  readonly issuer: string | undefined;
  readonly audience: string | readonly string[] | undefined;
  readonly realm: string;
  readonly exposeToken: boolean;
  readonly tokenInBody: boolean;
  readonly errors: 'json' | 'next';
  readonly clientCacheSeconds: number;
  readonly maxStaleSeconds: number;
  readonly tokenCacheSize: number;
  readonly verifierTimeoutMs: number;
  readonly revocations: RevocationStore | undefined;
  readonly onRevocationOutage: 'refuse' | 'accept';
  readonly throttle: Throttle | undefined;
  readonly onEvent: EventListener | undefined;
  readonly clock: () => number;
}

const OPTIONS: readonly (keyof JwtAuthOptions)[] = [
  'keys',
  'verifier',
  'path',
  'expiresInSeconds',
  'issuer',
  'audience',
  'realm',
  'exposeToken',
  'tokenInBody',
  'errors',
  'clientCacheSeconds',
  'maxStaleSeconds',
  'tokenCacheSize',
  'verifierTimeoutMs',
  'revocations',
  'onRevocationOutage',
  'throttle',
  'onEvent',
  'clock',
];
const DAY_SECONDS = 86_400;

/** Checks the options once and fills in the defaults; the keys are checked where the key ring is made. */
export function resolveOptions(options: JwtAuthOptions): Settings {
  assertNotRequest(options, 'createJwtAuth', 'app.use(createJwtAuth({ … }))');
  const given = readOptions(options, 'createJwtAuth', OPTIONS);
  const clock = functionOr(Date.now, given.clock, 'clock');
  return {
    keys: given.keys,
    verifier: verifier(given.verifier),
    path: path(or('/auth/jwt', given.path)),
    expiresInSeconds: integerOr(
      3600,
      given.expiresInSeconds,
      'expiresInSeconds',
      1,
      LONGEST_LIFETIME_SECONDS,
    ),
    issuer: given.issuer === undefined ? undefined : text(given.issuer, 'issuer'),
    audience: audience(given.audience),
    realm: realm(or('api', given.realm)),
    exposeToken: booleanOr(false, given.exposeToken, 'exposeToken'),
    tokenInBody: booleanOr(false, given.tokenInBody, 'tokenInBody'),
    errors: oneOf(['json', 'next'], given.errors, 'errors'),
    clientCacheSeconds: integerOr(
      30,
      given.clientCacheSeconds,
      'clientCacheSeconds',
      0,
      DAY_SECONDS,
    ),
    maxStaleSeconds: integerOr(300, given.maxStaleSeconds, 'maxStaleSeconds', 0, DAY_SECONDS),
    tokenCacheSize: integerOr(10_000, given.tokenCacheSize, 'tokenCacheSize', 0, 1_000_000),
    verifierTimeoutMs: integerOr(30_000, given.verifierTimeoutMs, 'verifierTimeoutMs', 1, 600_000),
    revocations: revocations(given.revocations),
    onRevocationOutage: oneOf(['refuse', 'accept'], given.onRevocationOutage, 'onRevocationOutage'),
    throttle: given.throttle === undefined ? undefined : createThrottle(given.throttle, clock),
    onEvent: functionOr(undefined, given.onEvent, 'onEvent'),
    clock,
  };
}

function or<T>(fallback: T, value: T | undefined): T {
  return value === undefined ? fallback : value;
}

/** The famous mistake: the factory itself is mounted, and Express calls it with a request. */
export function assertNotRequest(value: unknown, factory: string, remedy: string): void {
  const isRequest = isObject(value) && 'method' in value && 'headers' in value && 'socket' in value;
  if (isRequest)
    throw new TypeError(
      `${factory} was mounted itself, and Express has called it with a request. Call it first: ${remedy}.`,
    );
}

function verifier(value: unknown): ClientVerifier {
  const remedy = 'a verifier: bcryptVerifier(clients), or an object with a verify function';
  assertThat(isObject(value) && typeof value.verify === 'function', 'verifier', remedy, value);
  for (const name of ['find', 'close'] as const) {
    const method = value[name];
    assertThat(
      method === undefined || typeof method === 'function',
      `verifier.${name}`,
      'a function where it is given',
      method,
    );
  }
  return value as unknown as ClientVerifier;
}

/** Matched as it stands, so what Express would read as a pattern is refused. */
function path(value: unknown): string {
  const isPath = typeof value === 'string' && /^(\/[A-Za-z0-9\-._~]+)+$/.test(value);
  assertThat(
    isPath,
    'path',
    'a plain path such as "/auth/jwt": no pattern, no query, no slash at the end',
    value,
  );
  return value.toLowerCase();
}

function realm(value: unknown): string {
  assertThat(
    isQuotable(value) && value !== '',
    'realm',
    'ASCII text without quotes, backslashes or line breaks',
    value,
  );
  return value;
}

function revocations(value: RevocationStore | undefined): RevocationStore | undefined {
  if (value === undefined) return undefined;
  const isStore =
    isObject(value) && typeof value.isRevoked === 'function' && typeof value.revoke === 'function';
  assertThat(
    isStore,
    'revocations',
    'a store with isRevoked(jti) and revoke(jti, expiresAt), such as memoryRevocations()',
    value,
  );
  return value;
}

/** One of two words; the first is the default. */
function oneOf<W extends string>(words: readonly [W, W], value: unknown, name: string): W {
  if (value === undefined) return words[0];
  const word = words.find((each) => each === value);
  assertThat(word !== undefined, name, `"${words.join('" or "')}"`, value);
  return word;
}

function audience(value: unknown): string | readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return text(value, 'audience');
  assertThat(value.length > 0, 'audience', 'a text or a list of one or more', value);
  return value.map((each, index) => text(each, `audience[${String(index)}]`));
}

function text(value: unknown, name: string): string {
  assertThat(typeof value === 'string' && value !== '', name, 'a text that is not empty', value);
  return value;
}
