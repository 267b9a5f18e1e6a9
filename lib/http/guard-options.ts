import type { ClientLookup } from '../clients/verifier';
import {
  callback,
  objectWith,
  oneOf,
  text,
  type Option,
  type SettingsOf,
} from '../internal/options';
import { FETCHABLE_URL, isFetchableUrl } from '../internal/urls';
import type { KeyFinder } from '../keys/key-finder';
import type { Keys } from '../keys/key-ring';
import type { TokenProfile } from '../tokens/profiles';
import { COMMON_OPTIONS, isNotEmpty, keys, type CommonOptions } from './options';

/** The options of `createJwtGuard`. `undefined` means the default. */
export interface JwtGuardOptions extends CommonOptions {
  /**
   * The keys that verify: one key, a list of up to 16, or a function that finds the key of a token.
   * Default: those that the issuer publishes.
   */
  readonly keys?: Keys | KeyFinder;
  /**
   * The URL of the issuer's key set (RFC 7517 §5). Default: that of the issuer's metadata.
   */
  readonly jwksUri?: string | undefined;
  /**
   * Fetches the key set and the metadata, for example through a proxy. Default: the global `fetch`.
   */
  readonly fetch?: typeof fetch | undefined;
  /**
   * The `typ` of accepted tokens. `jwt`: JWT or none. `rfc9068`: at+jwt, with the claims of RFC
   * 9068. Default: `any`.
   */
  readonly tokenProfile?: TokenProfile | undefined;
  /**
   * The claim that names the client. Default: the first of `client_id`, `azp`, `cid` and `sub`
   * that the token has.
   */
  readonly clientIdClaim?: string | undefined;
  /**
   * The lookup of clients: a store, a verifier, or any object with `find(clientId)`. With it,
   * disabling a client ends its tokens. A lookup fails after `storeTimeoutMs`. Without it, a token is
   * valid until it expires. Default: none.
   */
  readonly clients?: ClientLookup | undefined;
}

/** One row per option of `createJwtGuard`. */
export const GUARD_OPTIONS = {
  keys: { ...keys, fallback: 'those of the issuer' } as Option<Keys | KeyFinder>,
  jwksUri: { ...text(undefined, FETCHABLE_URL, isFetchableUrl), fallback: 'that of the issuer' },
  fetch: callback<typeof fetch | undefined>(undefined, 'the global `fetch`'),
  tokenProfile: oneOf('any', 'jwt', 'rfc9068'),
  clientIdClaim: {
    ...text(undefined, 'the name of a claim', isNotEmpty),
    fallback: '`client_id`, `azp`, `cid` or `sub`',
  },
  ...COMMON_OPTIONS,
  clients: objectWith<ClientLookup>(
    'an object with a find(clientId) function',
    ['find'],
    ['close'],
  ),
} satisfies Record<keyof JwtGuardOptions, Option<unknown>>;

/** The options of `createJwtGuard` with every default filled in. */
export type GuardSettings = SettingsOf<typeof GUARD_OPTIONS>;
