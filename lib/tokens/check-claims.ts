import { own } from '../internal/assert';
import type { ClaimsRefusal, ClaimsSettings, JwtClaims } from './claims';
import { hasClaimsOf, type TokenProfile } from './profiles';

/** The settings of {@link checkClaims}. */
export interface CheckClaimsSettings extends Pick<ClaimsSettings, 'issuer' | 'audience'> {
  readonly tokenProfile: TokenProfile;
}

type Kind = (value: unknown) => boolean;

/** The last second of the year 9999: later dates are not valid (RFC 3339 §1). */
const LATEST_DATE = 253_402_300_799;

const isString: Kind = (value) => typeof value === 'string';
const isText: Kind = (value) => typeof value === 'string' && value !== '';
const isStrings: Kind = (value) =>
  isString(value) || (Array.isArray(value) && value.every(isString));
/** RFC 7519 §2, NumericDate. */
const isDate: Kind = (value) => typeof value === 'number' && value >= 0 && value <= LATEST_DATE;

const REQUIRED = { sub: isText, iat: isDate, exp: isDate };
const OPTIONAL = {
  nbf: isDate,
  iss: isString,
  aud: isStrings,
  jti: isString,
  client_id: isString,
  scope: isString,
};
const KINDS = new Map<string, Kind>(Object.entries({ ...REQUIRED, ...OPTIONAL }));
const REQUIRED_NAMES = Object.keys(REQUIRED);

/**
 * Checks the types of the claims, the issuer and the audience. Returns the claims, or the reason
 * why they are refused.
 */
export function checkClaims(
  claims: Readonly<Record<string, unknown>>,
  { issuer, audience, tokenProfile }: CheckClaimsSettings,
): JwtClaims | ClaimsRefusal {
  if (!haveTheirKinds(claims) || !hasClaimsOf(tokenProfile, claims)) return 'ERR_TOKEN_CLAIMS';
  // RFC 7800 §3.1: only who has the key may use the token, and a Bearer token proves no key.
  if (Object.hasOwn(claims, 'cnf')) return 'ERR_TOKEN_BOUND';
  if (issuer !== undefined && own(claims, 'iss') !== issuer) return 'ERR_TOKEN_ISSUER';
  if (!isForUs(own(claims, 'aud'), audience)) return 'ERR_TOKEN_AUDIENCE';
  return claims;
}

function haveTheirKinds(claims: Readonly<Record<string, unknown>>): claims is JwtClaims {
  for (const name of Object.keys(claims))
    if (KINDS.get(name)?.(claims[name]) === false) return false;
  return REQUIRED_NAMES.every((name) => Object.hasOwn(claims, name));
}

/**
 * Checks the audience (RFC 7519 §4.1.3). If only one of token and settings names an audience, the
 * token is refused.
 */
function isForUs(named: JwtClaims['aud'], audience: ClaimsSettings['audience']): boolean {
  if (audience === undefined || named === undefined) return audience === named;
  const isOurs = (name: string): boolean =>
    typeof audience === 'string' ? name === audience : audience.includes(name);
  return typeof named === 'string' ? isOurs(named) : named.some(isOurs);
}

/**
 * Checks whether a token is valid at this moment: before `exp`, and at or after `nbf` (RFC 7519
 * §4.1.4, §4.1.5). Times are compared in milliseconds, so a token ends with its last second.
 */
export function checkTimes(
  claims: JwtClaims,
  nowMs: number,
): 'ERR_TOKEN_EXPIRED' | 'ERR_TOKEN_NOT_YET_VALID' | undefined {
  // Negated, so that a clock that returns NaN ends every token.
  if (!(nowMs < claims.exp * 1000)) return 'ERR_TOKEN_EXPIRED';
  const nbf = own(claims, 'nbf');
  if (nbf !== undefined && nowMs < nbf * 1000) return 'ERR_TOKEN_NOT_YET_VALID';
  return undefined;
}
