import { LRUCache } from 'lru-cache';

import type { JwtAuthErrorCode } from '../errors';
import { own } from '../internal/assert';
import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import type { VerificationKeys } from '../keys/key-ring';
import type { VerificationKey } from '../keys/parse-key';
import { checkClaims, type CheckClaimsSettings } from './check-claims';
import { parseSegment, splitCompact, type CompactJwt } from './compact';
import { hasTypeOf, type TokenProfile } from './profiles';
import { createSecondUseCheck } from './second-use';
import { isSignedWith } from './signature';
import { foreignClientOf, ownClientOf } from './token-client';
import { createVerifiedJwt, type VerifiedJwt } from './verified-jwt';

/** A token whose signature is valid and whose claims have the right types. Neither ever changes. */
export interface VerifiedToken {
  readonly jwt: VerifiedJwt;
  readonly kid: string | undefined;
  /** The algorithm as its header spells it. */
  readonly alg: string;
  /** The key that verified it. */
  readonly key: VerificationKey;
}

/** The reason why a token is refused. */
export type TokenRefusal = Extract<JwtAuthErrorCode, `ERR_TOKEN_${string}`>;

/**
 * Verifies a token, and returns its contents or the reason why it is refused. It does not check
 * times: see `checkTimes`. Returns a promise only if keys must be loaded, and rejects if that fails.
 */
export type TokenVerifier = (token: string) => MaybePromise<VerifiedToken | TokenRefusal>;

/** The settings of {@link createTokenVerifier}. */
export interface TokenVerifierSettings extends CheckClaimsSettings {
  /** The number of verified tokens to cache; 0 caches none. */
  readonly tokenCacheSize: number;
  /** The claims that may name the client; undefined for tokens of this package. */
  readonly clientIdClaims?: readonly string[] | undefined;
}

/**
 * The length of the cache key: the end of the signature. Its 24 bytes look random, so they identify
 * a token as well as its whole text does.
 */
const END_LENGTH = 32;

/**
 * Creates a verifier for tokens signed with one of these keys. It caches verified tokens, which
 * never change. The caller checks times, revocation and the standing of the client each time.
 */
export function createTokenVerifier(
  keys: VerificationKeys,
  settings: TokenVerifierSettings,
): TokenVerifier {
  const { tokenCacheSize } = settings;
  const check = createTokenCheck(keys, settings);
  const isSecondUse = tokenCacheSize > 0 ? createSecondUseCheck(tokenCacheSize) : () => false;
  let known: LRUCache<string, VerifiedToken> | undefined;

  return (token) => {
    // Each request has a new string, and hashing all of it would take most of a lookup.
    const end = token.slice(-END_LENGTH);
    const remembered = known?.get(end);
    if (remembered?.jwt.token === token) return keys.isFixed ? remembered : recheck(remembered);
    return verifyAndKeep(token, end);
  };

  function verifyAndKeep(token: string, end: string): MaybePromise<VerifiedToken | TokenRefusal> {
    const keep = (result: VerifiedToken | TokenRefusal) => {
      // Caching a token that is used once would cost more than its second verification.
      if (typeof result === 'object' && isSecondUse(end)) {
        known ??= new LRUCache({ max: tokenCacheSize });
        known.set(end, result);
      }
      return result;
    };
    const result = check(token);
    return isPromise(result) ? result.then(keep) : keep(result);
  }

  /** Accepts a cached token if its key is still one of the keys. A signature stays valid. */
  function recheck(token: VerifiedToken): MaybePromise<VerifiedToken | TokenRefusal> {
    const judge = (found: readonly VerificationKey[] | TokenRefusal) => {
      if (typeof found === 'string') return found;
      const isSame = ({ alg, publicKey }: VerificationKey) =>
        alg === token.key.alg &&
        (publicKey === token.key.publicKey || publicKey.equals(token.key.publicKey));
      return found.some(isSame) ? token : 'ERR_TOKEN_SIGNATURE';
    };
    const found = keys.find(token.kid, token.alg);
    return isPromise(found) ? found.then(judge) : judge(found);
  }
}

/** The header of a verified token, and the keys that it finds. */
interface KnownHeader {
  readonly kid: string | undefined;
  readonly alg: string;
  readonly keys: readonly VerificationKey[];
}

/** All tokens of one key have the same header, so few are known. */
const MOST_HEADERS = 64;

/** Creates the function that checks the structure, then the key, then the signature, then the claims. */
function createTokenCheck(keys: VerificationKeys, settings: TokenVerifierSettings): TokenVerifier {
  // The text of a header decides which keys fit, as long as the keys are the same.
  const known = keys.isFixed ? new Map<string, KnownHeader>() : undefined;

  function remember(segment: string, header: KnownHeader): void {
    if (known === undefined) return;
    if (known.size >= MOST_HEADERS) known.clear();
    known.set(segment, header);
  }

  return (token) => {
    const segments = splitCompact(token);
    if (segments === undefined) return 'ERR_TOKEN_MALFORMED';
    const knownHeader = known?.get(segments.header);
    const header = knownHeader === undefined ? parseSegment(segments.header) : undefined;
    const claims = (knownHeader ?? header) && parseSegment(segments.claims);
    if (claims === undefined) return 'ERR_TOKEN_MALFORMED';
    if (knownHeader !== undefined) return judge(token, claims, knownHeader, settings);
    if (header === undefined) return 'ERR_TOKEN_MALFORMED';
    const judgeFound = (found: readonly VerificationKey[] | TokenRefusal) => {
      if (typeof found === 'string') return found;
      const alg = ownString(header, 'alg') ?? '';
      const candidate = { kid: ownString(header, 'kid'), alg, keys: found };
      const result = judge(token, claims, candidate, settings);
      // Only headers of verified tokens, so that strangers cannot fill the map.
      if (typeof result !== 'string') remember(segments.header, candidate);
      return result;
    };
    const found = findKeys(header, keys, settings.tokenProfile);
    return isPromise(found) ? found.then(judgeFound) : judgeFound(found);
  };
}

function judge(
  token: string,
  parsed: CompactJwt['claims'],
  { kid, alg, keys }: KnownHeader,
  settings: TokenVerifierSettings,
): VerifiedToken | TokenRefusal {
  const key = keys.find((each) => isSignedWith(token, each));
  if (key === undefined) return 'ERR_TOKEN_SIGNATURE';
  const claims = checkClaims(parsed, settings);
  if (typeof claims === 'string') return claims;
  const { clientIdClaims: names } = settings;
  const client = names ? foreignClientOf(claims, names) : ownClientOf(claims);
  if (client === undefined) return 'ERR_TOKEN_CLAIMS';
  return { jwt: createVerifiedJwt(token, claims, client), kid, alg, key };
}

/**
 * Finds the keys for a header. Only alg, kid, typ, crit and b64 count: a key never comes from a
 * token (RFC 8725 §3.10).
 */
function findKeys(
  header: CompactJwt['header'],
  keys: VerificationKeys,
  profile: TokenProfile,
): MaybePromise<readonly VerificationKey[] | TokenRefusal> {
  // RFC 7515 §4.1.11: an extension named in crit must be understood. RFC 7797 §7: no b64 in a JWT.
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) return 'ERR_TOKEN_CRITICAL';
  if (!hasTypeOf(profile, header)) return 'ERR_TOKEN_TYPE';
  const alg = ownString(header, 'alg');
  if (alg === undefined) return 'ERR_TOKEN_ALGORITHM';
  const kid = ownString(header, 'kid');
  const hasMalformedKid = kid === undefined && Object.hasOwn(header, 'kid');
  // No key has an empty kid, so a kid that is not a string finds none.
  return keys.find(hasMalformedKid ? '' : kid, alg);
}

function ownString(header: CompactJwt['header'], name: string): string | undefined {
  const value = own(header, name);
  return typeof value === 'string' ? value : undefined;
}
