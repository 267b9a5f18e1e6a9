import type { ClientRecord } from '../clients/client';
import { indexRecords } from '../clients/records';
import { applyChange, copyRecord, listFrom, type EditableClientStore } from './editable';

export type { ChangeRecord, EditableClientStore, ListOptions } from './editable';

/**
 * Clients in the memory of this process: for tests, and for an app that changes them while it runs. An array that
 * never changes can be given to `bcryptVerifier` as it is.
 *
 * @param clients The first clients; they are copied.
 * @throws TypeError where a record is malformed, or two have one id.
 */
export function memoryStore(clients: readonly ClientRecord[] = []): EditableClientStore {
  const records = indexRecords(clients, 'memoryStore: clients', copyRecord);
  return {
    find: (clientId) => records.get(clientId),
    // Async, so that what is thrown becomes a rejection.
    /* eslint-disable @typescript-eslint/require-await */
    list: async (options = {}) => listFrom(records, options),
    update: async (clientId, change) => {
      const changed = applyChange(clientId, records.get(clientId), change);
      if (changed === undefined) records.delete(clientId);
      else records.set(clientId, changed);
      return changed;
    },
    /* eslint-enable @typescript-eslint/require-await */
  };
}
