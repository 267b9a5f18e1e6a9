import type { ClientRecord } from 'express-client-jwt';
import { clientAdmin, type ClientAdmin } from 'express-client-jwt/admin';
import { memoryStore, type EditableClientStore } from 'express-client-jwt/stores/memory';

import { HASH } from './clients';

export const NOW = Date.parse('2026-11-24T12:00:00Z');

/** A secret for a client record. */
export const secret = (label: string, expiresAt?: string) => ({
  hash: HASH,
  label,
  ...(expiresAt && { expiresAt }),
});

/** A client admin with a memory store and a fixed clock. */
export function setUp(...clients: ClientRecord[]): {
  store: EditableClientStore;
  admin: ClientAdmin;
  stored: (clientId?: string) => ClientRecord | undefined;
} {
  const store = memoryStore(clients);
  return {
    store,
    admin: clientAdmin(store, { clock: () => NOW }),
    stored: (clientId = 'reports') => store.find(clientId) as ClientRecord | undefined,
  };
}
