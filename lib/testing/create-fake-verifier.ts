import type { Client } from '../clients/client';
import type { ClientVerifier } from '../clients/verifier';
import { assertNotProduction } from './assert-not-production';

/** A made-up client of a test. */
export interface TestClient extends Client {
  /** The secret that proves it, in clear. Default: none, so that no secret does. */
  readonly clientSecret?: string | undefined;
}

/**
 * Creates a verifier of made-up clients. It compares their secrets without hashing, and reads the
 * list on each call: a test may change it at any time.
 *
 * @throws Error if `NODE_ENV` begins with `prod`.
 *
 * @example
 * ```ts
 * const clients: TestClient[] = [{ clientId: 'reports', clientSecret: 'made-up' }];
 * const verifier = createFakeVerifier(clients);
 * clients.pop(); // The client is gone, and its tokens are refused.
 * ```
 */
export function createFakeVerifier(clients: readonly TestClient[]): ClientVerifier {
  assertNotProduction('createFakeVerifier');
  const find = (id: string): TestClient | undefined =>
    clients.find(({ clientId }) => clientId === id);
  return {
    verify: ({ clientId, clientSecret }) => {
      const client = find(clientId);
      const isRight = client?.clientSecret !== undefined && client.clientSecret === clientSecret;
      return Promise.resolve(isRight && client.disabled !== true ? client : undefined);
    },
    find,
    // The guard asks it on every request, so that a change has its effect at once.
    selfCaching: true,
  };
}
