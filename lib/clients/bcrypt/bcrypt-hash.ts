/**
 * The highest accepted cost. One comparison above it takes seconds, so a few could block the
 * service.
 */
export const HIGHEST_COST = 16;
/** The lowest cost that bcrypt supports. */
export const LOWEST_COST = 4;

/** The default cost of a hash: 2^10 rounds. */
export const DEFAULT_COST = 10;

/**
 * The length of the longest secret, in bytes. bcrypt ignores the bytes after it, so longer secrets
 * could be equal.
 */
export const LONGEST_SECRET_BYTES = 72;

/**
 * bcrypt's modular crypt format: version, cost, 22 characters of salt, 31 of hash. The last
 * character of the salt encodes two bits, so only four characters are valid there.
 */
const BCRYPT_HASH = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}$/;

/**
 * Reads the cost of a bcrypt hash; returns undefined if the text is no hash of an accepted cost.
 */
export function bcryptCost(hash: string): number | undefined {
  const cost = Number(BCRYPT_HASH.exec(hash)?.[1]);
  return cost >= LOWEST_COST && cost <= HIGHEST_COST ? cost : undefined;
}
