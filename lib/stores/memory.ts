import type { ChangeRecord, EditableClientStore } from '../clients/store';
import type { ClientRecord } from '../clients/client';
import { indexRecords } from '../clients/bcrypt/check-record';
import { applyChange, copyRecord, listFrom } from './editable';

export type { ChangeRecord, EditableClientStore, ListOptions } from '../clients/store';

/**
 * Clients in the memory of this process: for tests, and for an app that changes them while it runs. An array that
 * never changes can be given to `bcryptVerifier` as it is.
 *
 * @param clients The first clients; they are copied.
 * @throws TypeError where a record is malformed, or two have one id.
 */
export function memoryStore(clients: readonly ClientRecord[] = []): EditableClientStore {
  const records = indexRecords(clients, 'memoryStore: clients', copyRecord);
  function change(clientId: string, to: ChangeRecord): ClientRecord | undefined {
    const changed = applyChange(clientId, records.get(clientId), to);
    if (changed === undefined) records.delete(clientId);
    else records.set(clientId, changed);
    return changed;
  }
  return {
    find: (clientId) => records.get(clientId),
    // In a promise from the start, so that what is thrown becomes a rejection.
    list: (options = {}) => Promise.resolve().then(() => listFrom(records, options)),
    update: (clientId, to) => Promise.resolve().then(() => change(clientId, to)),
  };
}
