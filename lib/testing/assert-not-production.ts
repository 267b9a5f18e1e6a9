/**
 * Throws an Error if `NODE_ENV` is `production`, because what tests use accepts made-up clients.
 *
 * @param owner The function that the message names.
 */
export function assertNotProduction(owner: string): void {
  if (process.env.NODE_ENV === 'production')
    throw new Error(
      `${owner}: NODE_ENV is "production", and express-client-jwt/testing is for tests alone. Use createJwtAuth().`,
    );
}
