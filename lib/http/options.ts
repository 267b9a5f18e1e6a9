import { LONGEST_LIFETIME_SECONDS } from '../clients/client';
import type { ClientLookup, ClientVerifier } from '../clients/verifier';
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
import { parseThrottle, type ThrottleSettings } from '../issuing/throttle';
import type { Keys } from '../keys/key-ring';
import type { EventListener } from '../reporter';
import type { RevocationStore } from '../tokens/revocation-store';
import { isQuotable } from './challenge';
import type { JwtAuthOptions, JwtGuardOptions } from './options-types';

const DAY_SECONDS = 86_400;
const isNotEmpty = (value: string): boolean => value !== '';

/** The keys are checked by the key ring, which knows what is secret. */
const keys: Option<Keys> = {
  must: 'one key or a list of 1 to 16',
  fallback: 'required',
  parse: (value) => value as Keys,
};

const path = text(
  '/auth/jwt',
  'a plain path such as "/auth/jwt": no pattern, no query, no slash at the end',
  (value) => /^(\/[A-Za-z0-9\-._~]+)+$/.test(value),
);

const oneAudience = text(undefined, 'a text that is not empty', isNotEmpty);
const audience: Option<string | readonly string[] | undefined> = {
  must: 'a text or a list of one or more',
  fallback: 'none',
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
const COMMON_OPTIONS = {
  keys,
  issuer: text(undefined, 'a text that is not empty', isNotEmpty),
  audience,
  realm: text(
    'api',
    'ASCII text without quotes, backslashes or line breaks',
    (value) => isNotEmpty(value) && isQuotable(value),
  ),
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
  ...COMMON_OPTIONS,
  verifier: required(
    objectWith<ClientVerifier>(
      'a verifier: bcryptVerifier(clients), or an object with a verify function',
      ['verify'],
      ['find', 'close'],
    ),
  ),
  path,
  expiresInSeconds: wholeNumber(3600, 1, LONGEST_LIFETIME_SECONDS),
  exposeToken: flag(false),
  tokenInBody: flag(false),
  verifierTimeoutMs: wholeNumber(30_000, 1, 600_000),
  throttle,
} satisfies Record<keyof JwtAuthOptions, Option<unknown>>;

/** One row per option of `createJwtGuard`. */
export const GUARD_OPTIONS = {
  ...COMMON_OPTIONS,
  clients: objectWith<ClientLookup>(
    'an object with a find(clientId) function',
    ['find'],
    ['close'],
  ),
} satisfies Record<keyof JwtGuardOptions, Option<unknown>>;

/** The options of `createJwtAuth` with every default filled in. */
export type AuthSettings = SettingsOf<typeof AUTH_OPTIONS>;

/** The options of `createJwtGuard` with every default filled in. */
export type GuardSettings = SettingsOf<typeof GUARD_OPTIONS>;
