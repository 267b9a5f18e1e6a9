import { LRUCache } from 'lru-cache';

import type { JwtAuthErrorCode } from '../errors';
import { own } from '../internal/assert';
import { deepFreeze } from '../internal/deep-freeze';
import type { KeyRing, VerificationKey } from '../keys/key-ring';
import type { ClaimsSettings, JwtClaims } from './claims';
import { checkClaims } from './check-claims';
import { parseCompact, type CompactJwt } from './compact';
import { isSignedWith } from './signature';

/** What a guarded handler knows of its caller. Frozen, claims and all. */
export interface VerifiedJwt {
  /** The client that the token was issued to. */
  readonly clientId: string;
  /** The scopes of the token; empty where it has none. */
  readonly scopes: readonly string[];
  /** Everything the token says. */
  readonly claims: JwtClaims;
  /** The token itself. Not enumerable, so that logging or sending this object does not give it away. */
  readonly token: string;
}

/** A token whose signature is good and whose claims are of the right kinds. Both stay true for ever. */
export interface VerifiedToken {
  readonly jwt: VerifiedJwt;
  readonly kid: string | undefined;
}

/** Why a token is refused. */
export type TokenRefusal = Extract<JwtAuthErrorCode, `ERR_TOKEN_${string}`>;

/** Tells what a token is, or why it is refused. It does not look at the clock: see `checkTimes`. */
export type TokenVerifier = (token: string) => VerifiedToken | TokenRefusal;

/** The settings of a {@link createTokenVerifier}. */
export interface TokenVerifierSettings extends Pick<ClaimsSettings, 'issuer' | 'audience'> {
  /** How many verified tokens are remembered; 0 remembers none. */
  readonly tokenCacheSize: number;
}

/** The end of its signature tells a token from others as well as the whole does: 24 bytes that look random. */
const END_LENGTH = 32;

/**
 * A verifier for tokens signed by one of the ring's keys. What it has verified it remembers, as a fact that cannot
 * change: times, revocation and the client's standing are no part of it and are for the caller to check each time.
 */
export function createTokenVerifier(ring: KeyRing, settings: TokenVerifierSettings): TokenVerifier {
  const { tokenCacheSize } = settings;
  const known =
    tokenCacheSize > 0 ? new LRUCache<string, VerifiedToken>({ max: tokenCacheSize }) : undefined;

  return (token) => {
    // A token that has just arrived is a new string: to hash the whole of it is most of what finding it costs.
    const end = token.slice(-END_LENGTH);
    const remembered = known?.get(end);
    if (remembered?.jwt.token === token) return remembered;
    const result = verifyToken(token, ring, settings);
    if (typeof result === 'object') known?.set(end, result);
    return result;
  };
}

/** Structure, then algorithm, then key, then signature, and only then the claims: none is acted on before. */
function verifyToken(
  token: string,
  ring: KeyRing,
  settings: TokenVerifierSettings,
): VerifiedToken | TokenRefusal {
  const parsed = parseCompact(token);
  if (parsed === undefined) return 'ERR_TOKEN_MALFORMED';
  const keys = selectKeys(parsed.header, ring);
  if (typeof keys === 'string') return keys;
  if (!keys.some((key) => isSignedWith(token, key))) return 'ERR_TOKEN_SIGNATURE';
  const claims = checkClaims(parsed.claims, settings);
  if (typeof claims === 'string') return claims;
  return { jwt: new FrozenJwt(token, claims), kid: ownString(parsed.header, 'kid') };
}

/** The only parameters of a header that count are alg, kid, typ and crit: a key never comes from the token (RFC 8725 §3.10). */
function selectKeys(
  header: CompactJwt['header'],
  ring: KeyRing,
): readonly VerificationKey[] | TokenRefusal {
  // RFC 7515 §4.1.11: an extension named in crit must be understood, and none is. RFC 7797 §7: no b64 in a JWT.
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) return 'ERR_TOKEN_CRITICAL';
  if (Object.hasOwn(header, 'typ') && header.typ !== 'JWT') return 'ERR_TOKEN_TYPE';
  const alg = ownString(header, 'alg');
  if (alg === undefined || !ring.hasAlgorithm(alg)) return 'ERR_TOKEN_ALGORITHM';
  const kid = ownString(header, 'kid');
  const isKnown = kid === undefined ? !Object.hasOwn(header, 'kid') : ring.hasKid(kid);
  if (!isKnown) return 'ERR_TOKEN_KEY';
  const keys = ring.candidates(kid, alg);
  return keys.length > 0 ? keys : 'ERR_TOKEN_ALGORITHM';
}

function ownString(header: CompactJwt['header'], name: string): string | undefined {
  const value = own(header, name);
  return typeof value === 'string' ? value : undefined;
}

/** The token is private, and its getter the prototype's: what lists or copies the properties of the object passes it over. */
class FrozenJwt implements VerifiedJwt {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly claims: JwtClaims;
  readonly #token: string;

  constructor(token: string, claims: JwtClaims) {
    this.clientId = claims.sub;
    this.scopes = Object.freeze(own(claims, 'scope')?.split(' ').filter(Boolean) ?? []);
    this.claims = deepFreeze(claims);
    this.#token = token;
    Object.freeze(this);
  }

  get token(): string {
    return this.#token;
  }
}
Object.freeze(FrozenJwt.prototype);
