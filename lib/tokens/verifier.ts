import { LRUCache } from 'lru-cache';

import type { JwtAuthErrorCode } from '../errors';
import { own } from '../internal/assert';
import { isPromise, type MaybePromise } from '../internal/maybe-promise';
import type { VerificationKeys } from '../keys/key-ring';
import type { VerificationKey } from '../keys/parse-key';
import { checkClaims } from './check-claims';
import type { ClaimsSettings } from './claims';
import { parseCompact, type CompactJwt } from './compact';
import { isSignedWith } from './signature';
import { createVerifiedJwt, type VerifiedJwt } from './verified-jwt';

/** A token whose signature is good and whose claims have the right types. Neither ever changes. */
export interface VerifiedToken {
  readonly jwt: VerifiedJwt;
  readonly kid: string | undefined;
}

/** Why a token is refused. */
export type TokenRefusal = Extract<JwtAuthErrorCode, `ERR_TOKEN_${string}`>;

/**
 * Verifies a token: the token's contents, or why it is refused. It does not look at the clock: see
 * `checkTimes`. A promise only if the keys are not at hand.
 */
export type TokenVerifier = (token: string) => MaybePromise<VerifiedToken | TokenRefusal>;

/** The settings of {@link createTokenVerifier}. */
export interface TokenVerifierSettings extends Pick<ClaimsSettings, 'issuer' | 'audience'> {
  /** How many verified tokens are remembered; 0 remembers none. */
  readonly tokenCacheSize: number;
}

/** The end of the signature tells tokens apart as well as the whole does: 24 random-looking bytes. */
const END_LENGTH = 32;

/**
 * Creates a verifier for tokens signed by one of these keys. It remembers verified tokens as facts
 * that cannot change; times, revocation and the client's standing are checked by the caller each
 * time.
 */
export function createTokenVerifier(
  keys: VerificationKeys,
  settings: TokenVerifierSettings,
): TokenVerifier {
  const { tokenCacheSize } = settings;
  const known =
    tokenCacheSize > 0 ? new LRUCache<string, VerifiedToken>({ max: tokenCacheSize }) : undefined;

  return (token) => {
    // A token that has just arrived is a new string, and hashing all of it is most of a lookup.
    const end = token.slice(-END_LENGTH);
    const remembered = known?.get(end);
    if (remembered?.jwt.token === token) return remembered;
    const keep = (result: VerifiedToken | TokenRefusal) => {
      if (typeof result === 'object') known?.set(end, result);
      return result;
    };
    const result = verifyToken(token, keys, settings);
    return isPromise(result) ? result.then(keep) : keep(result);
  };
}

/** Structure, then key, then signature, and only then the claims: none is acted on before. */
function verifyToken(
  token: string,
  keys: VerificationKeys,
  settings: TokenVerifierSettings,
): MaybePromise<VerifiedToken | TokenRefusal> {
  const parsed = parseCompact(token);
  if (parsed === undefined) return 'ERR_TOKEN_MALFORMED';
  const judge = (found: readonly VerificationKey[] | TokenRefusal) => {
    if (typeof found === 'string') return found;
    if (!found.some((key) => isSignedWith(token, key))) return 'ERR_TOKEN_SIGNATURE';
    const claims = checkClaims(parsed.claims, settings);
    if (typeof claims === 'string') return claims;
    return { jwt: createVerifiedJwt(token, claims), kid: ownString(parsed.header, 'kid') };
  };
  const found = findKeys(parsed.header, keys);
  return isPromise(found) ? found.then(judge) : judge(found);
}

/** Only alg, kid, typ and crit of the header count: a key never comes from a token (RFC 8725 §3.10). */
function findKeys(
  header: CompactJwt['header'],
  keys: VerificationKeys,
): MaybePromise<readonly VerificationKey[] | TokenRefusal> {
  // RFC 7515 §4.1.11: an extension named in crit must be understood. RFC 7797 §7: no b64 in a JWT.
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) return 'ERR_TOKEN_CRITICAL';
  if (Object.hasOwn(header, 'typ') && header.typ !== 'JWT') return 'ERR_TOKEN_TYPE';
  const alg = ownString(header, 'alg');
  if (alg === undefined) return 'ERR_TOKEN_ALGORITHM';
  const kid = ownString(header, 'kid');
  const hasMalformedKid = kid === undefined && Object.hasOwn(header, 'kid');
  // No key has the empty name, so a kid that is not a string finds none.
  return keys.find(hasMalformedKid ? '' : kid, alg);
}

function ownString(header: CompactJwt['header'], name: string): string | undefined {
  const value = own(header, name);
  return typeof value === 'string' ? value : undefined;
}
