import { own } from '../internal/assert';

/**
 * The kind of tokens. `jwt`: `typ` is JWT or absent. `rfc9068`: `typ` is at+jwt, and the claims of
 * RFC 9068 §2.2 are required. `any`: either.
 */
export type TokenProfile = 'jwt' | 'rfc9068' | 'any';

/** The types that a profile accepts, in lower case and without `application/`. */
const TYPES: Readonly<Record<'rfc9068' | 'any', readonly (string | undefined)[]>> = {
  rfc9068: ['at+jwt'],
  any: [undefined, 'jwt', 'at+jwt'],
};

/** The claims that RFC 9068 §2.2 requires, apart from those that every token must have. */
const REQUIRED_CLAIMS = ['iss', 'aud', 'client_id', 'jti'];

/**
 * Checks the `typ` of a token's header. The profile `jwt` accepts exactly `JWT`. The others ignore
 * the case, and `application/` in front (RFC 7515 §4.1.9, RFC 9068 §4).
 */
export function hasTypeOf(
  profile: TokenProfile,
  header: Readonly<Record<string, unknown>>,
): boolean {
  const typ = own(header, 'typ');
  if (profile === 'jwt') return typ === undefined || typ === 'JWT';
  if (typ !== undefined && typeof typ !== 'string') return false;
  return TYPES[profile].includes(typ?.toLowerCase().replace(/^application\//, ''));
}

/** Checks whether a token has the claims that its profile requires. */
export function hasClaimsOf(
  profile: TokenProfile,
  claims: Readonly<Record<string, unknown>>,
): boolean {
  return profile !== 'rfc9068' || REQUIRED_CLAIMS.every((name) => own(claims, name) !== undefined);
}
