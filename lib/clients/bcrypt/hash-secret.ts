import { assertVisibleAscii, integerOr } from '../../internal/assert';
import { DEFAULT_COST, HIGHEST_COST, LONGEST_SECRET_BYTES, LOWEST_COST } from './bcrypt-hash';
import { BcryptPool, defaultThreads } from './pool';

/**
 * The pool of this process. Its queue has no limit, because your code decides how many secrets it
 * hashes at once.
 */
const pool = new BcryptPool({
  threads: defaultThreads(),
  maxQueue: Infinity,
  maxWaitMs: Infinity,
  idleMs: 1_000,
});

/**
 * Hashes a new client secret with bcrypt in a worker thread.
 *
 * @param secret 1 to 72 visible ASCII characters, which a header can carry. bcrypt ignores longer
 *   input.
 * @param options.cost bcrypt's cost, 4 to 16 (default: 10). Each step doubles the time.
 * @throws TypeError (as a rejection) if the secret or the cost is out of bounds.
 *
 * @example
 * ```ts
 * const clientSecret = randomBytes(32).toString('base64url');
 * const hash = await hashSecret(clientSecret);
 * ```
 */
export async function hashSecret(
  secret: string,
  options: { readonly cost?: number | undefined } = {},
): Promise<string> {
  assertVisibleAscii(secret, 'secret', LONGEST_SECRET_BYTES);
  const cost = integerOr(DEFAULT_COST, options.cost, 'cost', LOWEST_COST, HIGHEST_COST);
  return await pool.hash({ secret, cost });
}
