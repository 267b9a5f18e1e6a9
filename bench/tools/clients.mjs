// Creates clients, each with a secret of its own.
import { randomBytes } from 'node:crypto';

import bcrypt from 'bcrypt';

export const randomSecret = () => randomBytes(24).toString('base64url');

/** @param {number} cost bcrypt cost (default: 10) */
export async function createClients(count, cost = 10) {
  const secrets = Array.from({ length: count }, randomSecret);
  const hashes = await Promise.all(secrets.map((secret) => bcrypt.hash(secret, cost)));
  return secrets.map((clientSecret, index) => ({
    clientId: `client-${index}`,
    clientSecret,
    hash: hashes[index],
  }));
}

/** Converts clients to the records that the package reads. */
export const toRecords = (clients) =>
  clients.map(({ clientId, hash }) => ({ clientId, secrets: [{ hash }] }));
