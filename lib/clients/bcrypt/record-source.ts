import { isPromise, type MaybePromise } from '../../internal/maybe-promise';
import { assertThat, isObject } from '../../internal/assert';
import type { ClientRecord } from '../client';
import type { ClientStore } from '../store';
import { checkRecord, indexRecords, type CheckedRecord } from './check-record';

/** Checked records, from an array or a store. */
export interface RecordSource {
  /** Rejects or throws where the store fails or its record is malformed. */
  find(clientId: string): MaybePromise<CheckedRecord | undefined>;
  close(): Promise<void>;
}

/**
 * @param onRecord is shown every record of an array at once, and every record of a store when it is asked for.
 * @throws TypeError where `clients` is neither, a record of the array is malformed, or two have one id.
 */
export function createRecordSource(
  clients: readonly ClientRecord[] | ClientStore,
  onRecord: (record: CheckedRecord) => void,
): RecordSource {
  if (isArray(clients)) return fromArray(clients, onRecord);
  const isStore = isObject(clients) && typeof clients.find === 'function';
  assertThat(
    isStore,
    'bcryptVerifier: clients',
    'an array of client records, or a store with a find(clientId) function',
    clients,
  );
  return fromStore(clients, onRecord);
}

function isArray(
  clients: readonly ClientRecord[] | ClientStore,
): clients is readonly ClientRecord[] {
  return Array.isArray(clients);
}

function fromArray(
  clients: readonly ClientRecord[],
  onRecord: (record: CheckedRecord) => void,
): RecordSource {
  const records = indexRecords(clients, 'clients', (_given, checked) => checked);
  records.forEach(onRecord);
  return { find: (clientId) => records.get(clientId), close: () => Promise.resolve() };
}

function fromStore(store: ClientStore, onRecord: (record: CheckedRecord) => void): RecordSource {
  function check(
    value: ClientRecord | null | undefined,
    clientId: string,
  ): CheckedRecord | undefined {
    if (value === null || value === undefined) return undefined;
    const record = checkRecord(value, 'The record from the client store');
    const found = record.client.clientId;
    // A database may compare without regard to case; an id does not.
    if (found !== clientId && found.toLowerCase() === clientId.toLowerCase()) return undefined;
    if (found !== clientId)
      throw new TypeError('The client store answered with the record of another client.');
    onRecord(record);
    return record;
  }
  return {
    find: (clientId) => {
      const answer = store.find(clientId);
      return isPromise(answer)
        ? Promise.resolve(answer).then((value) => check(value, clientId))
        : check(answer, clientId);
    },
    close: async () => store.close?.(),
  };
}
