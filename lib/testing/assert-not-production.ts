/**
 * Throws an Error if `NODE_ENV` begins with `prod`, because what tests use accepts made-up clients.
 *
 * @param owner The function that the message names.
 */
export function assertNotProduction(owner: string): void {
  const { NODE_ENV = '' } = process.env;
  if (/^\s*prod/i.test(NODE_ENV))
    throw new Error(
      `${owner}: NODE_ENV is "${NODE_ENV}", and express-client-jwt/testing is for tests alone. Use createJwtAuth().`,
    );
}
