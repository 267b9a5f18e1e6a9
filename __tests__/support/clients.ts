import { hashSync } from 'bcryptjs';
import type { ClientRecord } from 'express-client-jwt';

/** bcrypt's lowest cost, to keep the tests fast. */
const COST = 4;

export const SECRET = 'reports-secret-5f0c1d8e';
export const OTHER_SECRET = 'reports-secret-second-9a';

export function hashOf(secret: string, cost = COST): string {
  return hashSync(secret, cost);
}

/** The hash of SECRET, computed once. */
export const HASH = hashOf(SECRET);
export const OTHER_HASH = hashOf(OTHER_SECRET);

export function reports(changes: Partial<ClientRecord> = {}): ClientRecord {
  return {
    clientId: 'reports',
    secrets: [{ hash: HASH }],
    scopes: ['reports:read', 'reports:write'],
    ...changes,
  };
}
