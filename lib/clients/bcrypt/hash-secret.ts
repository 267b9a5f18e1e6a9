import { assertThat, integerOr } from '../../internal/assert';
import { DEFAULT_COST, HIGHEST_COST, LONGEST_SECRET_BYTES, LOWEST_COST } from './bcrypt-hash';
import { BcryptPool } from './pool';

/**
 * The bcrypt hash of a new client secret, worked out in a thread of its own.
 *
 * @param secret 1 to 72 visible ASCII characters: what a header can carry and bcrypt can tell apart.
 * @param options.cost bcrypt's cost, 4 to 16; each step doubles the time. Default: 10.
 * @throws TypeError (as a rejection) where the secret or the cost is out of bounds.
 */
export async function hashSecret(
  secret: string,
  options: { readonly cost?: number | undefined } = {},
): Promise<string> {
  const fits =
    typeof secret === 'string' &&
    /^[\x21-\x7e]+$/.test(secret) &&
    secret.length <= LONGEST_SECRET_BYTES;
  assertThat(fits, 'secret', '1 to 72 visible ASCII characters', secret);
  const cost = integerOr(DEFAULT_COST, options.cost, 'cost', LOWEST_COST, HIGHEST_COST);
  const pool = new BcryptPool({ threads: 1, maxQueue: 1, maxWaitMs: Infinity });
  try {
    return await pool.hash({ secret, cost });
  } finally {
    await pool.close();
  }
}
