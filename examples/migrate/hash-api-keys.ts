import { hashSecret, type ClientRecord } from 'express-client-jwt';

/** Run this once, store the records, and delete the keys. */
export async function hashApiKeys(apiKeys: Map<string, string>): Promise<ClientRecord[]> {
  const records = [...apiKeys].map(async ([key, clientId]) => ({
    clientId,
    secrets: [{ hash: await hashSecret(key) }],
  }));
  return await Promise.all(records);
}
