// Clients with secrets of their own.
import { randomBytes } from 'node:crypto';

import bcrypt from 'bcrypt';

/** @param {number} cost bcrypt's; each step doubles the time of a hash. */
export async function createClients(count, cost = 10) {
  const secrets = Array.from({ length: count }, () => randomBytes(24).toString('base64url'));
  const hashes = await Promise.all(secrets.map((secret) => bcrypt.hash(secret, cost)));
  return secrets.map((clientSecret, index) => ({
    clientId: `client-${index}`,
    clientSecret,
    hash: hashes[index],
  }));
}
