import { setImmediate } from 'node:timers/promises';

import { assertThat, CheckError, isObject } from '../../internal/assert';
import { isPromise, type MaybePromise } from '../../internal/maybe-promise';
import { createStoreCalls } from '../../internal/store-calls';
import type { ClientRecord } from '../client';
import type { ClientVerifier } from '../verifier';
import type { ClientStore, EditableClientStore } from '../store';
import { checkRecord, checkSecrets, indexRecords, type CheckedRecord } from './check-record';

/** Checked records, from an array or a store. */
export interface RecordSource {
  /** Passes the listed records to `onRecord` before the first lookup. Never rejects. */
  readonly start: () => MaybePromise<void>;
  /** Finds a record. Rejects or throws if the store fails or the record is malformed. */
  readonly find: (clientId: string) => MaybePromise<CheckedRecord | undefined>;
  readonly selfCaching: boolean | undefined;
  /** Notes the use of a secret, if the store can. */
  readonly noteUse?: ClientVerifier['noteUse'];
  close(): Promise<void>;
}

type OnRecord = (record: Pick<CheckedRecord, 'secrets'>) => void;

/**
 * Creates a source of records.
 *
 * @param onRecord Called with every record of an array or a list, and with each record that is
 *   looked up.
 * @throws TypeError if `clients` is neither an array nor a store, a record of the array is
 *   malformed, or two records share an id.
 */
export function createRecordSource(
  clients: readonly ClientRecord[] | ClientStore,
  onRecord: OnRecord,
  clock: () => number,
): RecordSource {
  if (isArray(clients)) return fromArray(clients, onRecord);
  const must = 'an array of client records, or a store with a find(clientId) function';
  const isStore = isObject(clients) && typeof clients.find === 'function';
  assertThat(isStore, 'bcryptVerifier: clients', must, clients);
  return fromStore(clients, onRecord, clock);
}

function isArray(
  clients: readonly ClientRecord[] | ClientStore,
): clients is readonly ClientRecord[] {
  return Array.isArray(clients);
}

function fromArray(clients: readonly ClientRecord[], onRecord: OnRecord): RecordSource {
  const records = indexRecords(clients, 'clients', (_given, checked) => checked);
  records.forEach(onRecord);
  return {
    start: () => undefined,
    find: (clientId) => records.get(clientId),
    selfCaching: undefined,
    close: () => Promise.resolve(),
  };
}

function fromStore(store: ClientStore, onRecord: OnRecord, clock: () => number): RecordSource {
  const check = (value: unknown, clientId: string): CheckedRecord | undefined => {
    const record = checkFound(value, clientId);
    if (record !== undefined) onRecord(record);
    return record;
  };
  return {
    start: createStart(store, onRecord, clock),
    find: (clientId) => {
      const found = store.find(clientId);
      return isPromise(found)
        ? Promise.resolve(found).then((value) => check(value, clientId))
        : check(found, clientId);
    },
    selfCaching: store.selfCaching,
    ...(store.noteUse && { noteUse: (id, label, at) => store.noteUse?.(id, label, at) }),
    close: async () => store.close?.(),
  };
}

function checkFound(value: unknown, clientId: string): CheckedRecord | undefined {
  if (value === null || value === undefined) return undefined;
  const record = checkRecord(value, 'The record from the client store');
  const found = record.client.clientId;
  // Some databases ignore case when they compare, but client IDs are case-sensitive.
  if (found !== clientId && found.toLowerCase() === clientId.toLowerCase()) return undefined;
  if (found !== clientId)
    throw new CheckError(`The client store returned another client than ${clientId}.`);
  return record;
}

/** The most records to list at the start. Later ones count when they are looked up. */
const MOST_LISTED = 10_000;
const LIST_TIMEOUT_MS = 5000;
/** How many listed records are checked before other work can run. */
const RECORDS_A_TURN = 200;

function createStart(
  store: ClientStore & Partial<Pick<EditableClientStore, 'list'>>,
  onRecord: OnRecord,
  clock: () => number,
): () => MaybePromise<void> {
  if (typeof store.list !== 'function') return () => undefined;
  const calls = createStoreCalls({ timeoutMs: LIST_TIMEOUT_MS, store: 'The client store', clock });
  let started: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    // Without this, a synchronous failure would be overwritten by the assignment below.
    await Promise.resolve();
    try {
      const records = await calls.call(() => store.list?.({ limit: MOST_LISTED }));
      let count = 0;
      for (const record of records ?? []) {
        showIfGood(record, onRecord);
        // Many records would block the event loop.
        if (++count % RECORDS_A_TURN === 0) await setImmediate();
      }
    } catch {
      // The lookup itself reports the failure; the next call tries again.
      started = undefined;
    }
  };
  return () => (started ??= start());
}

function showIfGood(value: unknown, onRecord: OnRecord): void {
  try {
    if (isObject(value)) onRecord({ secrets: checkSecrets(value, 'The record') });
  } catch {
    // A malformed record must not affect other clients.
  }
}
