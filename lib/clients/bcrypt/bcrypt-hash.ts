/** Above this cost one compare takes seconds: such a hash would be a way to stop the service. */
export const HIGHEST_COST = 16;
/** bcrypt has no lower one. */
export const LOWEST_COST = 4;

/** The cost of a hash unless you say otherwise: 2^10 rounds. */
export const DEFAULT_COST = 10;

/** bcrypt reads the first 72 bytes only: two longer secrets that begin alike would be the same. */
export const LONGEST_SECRET_BYTES = 72;

/**
 * bcrypt's modular crypt format: version, cost, 22 characters of salt, 31 of hash. The last character of the salt has
 * two bits to say; with others in it no secret would match.
 */
const BCRYPT_HASH = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}$/;

/** The cost of a bcrypt hash; undefined if the text is not a hash of a cost that is accepted. */
export function bcryptCost(hash: string): number | undefined {
  const cost = Number(BCRYPT_HASH.exec(hash)?.[1]);
  return cost >= LOWEST_COST && cost <= HIGHEST_COST ? cost : undefined;
}
