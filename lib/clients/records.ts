import { isPromise, type Answer } from '../internal/answer';
import { assertKnown, assertThat, isObject } from '../internal/assert';
import {
  checkClient,
  checkSecrets,
  frozenClient,
  type CheckedSecret,
  type Client,
  type ClientRecord,
  type ClientSecret,
} from './client';

/** Where client records live: the one function to write for a database of your own. */
export interface ClientStore {
  /** The record with exactly this id; undefined or null where there is none. Rejects where it could not tell. */
  find(clientId: string): Answer<ClientRecord | null | undefined>;
  /** Lets go of what the store holds; called when the verifier is closed. */
  close?(): Promise<void>;
}

/** A record whose fields have been checked. */
export interface CheckedRecord {
  /** The client without its hashes: these go no further than the verifier. */
  readonly client: Client & { readonly disabled: boolean };
  readonly secrets: readonly CheckedSecret[];
}

const RECORD_FIELDS: readonly (keyof ClientRecord)[] = [
  'clientId',
  'secrets',
  'scopes',
  'disabled',
  'tokensValidAfter',
  'expiresInSeconds',
  'claims',
];
const SECRET_FIELDS: readonly (keyof ClientSecret)[] = ['hash', 'expiresAt', 'label'];

/** Checked records, from an array or a store. */
export interface RecordSource {
  /** Rejects or throws where the store fails or its record is malformed. */
  find(clientId: string): Answer<CheckedRecord | undefined>;
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

/**
 * A list of records by their ids, each checked.
 *
 * @param keep what to keep of each.
 * @throws TypeError where one is malformed or has a field that there is not, or two have one id.
 */
export function indexRecords<T>(
  clients: readonly ClientRecord[],
  name: string,
  keep: (given: ClientRecord, checked: CheckedRecord) => T,
): Map<string, T> {
  const records = new Map<string, T>();
  clients.forEach((each, index) => {
    const at = `${name}[${String(index)}]`;
    const checked = checkOwnRecord(each, at);
    const { clientId } = checked.client;
    if (records.has(clientId))
      throw new TypeError(`${at}: there are two clients with the id ${clientId}.`);
    records.set(clientId, keep(each, checked));
  });
  return records;
}

/**
 * A record that was written for this package, checked; it has the fields of a record and no others.
 *
 * @throws TypeError that names the client and the field; the value itself is not repeated.
 */
export function checkOwnRecord(value: ClientRecord, name: string): CheckedRecord {
  const checked = checkRecord(value, name);
  assertNoMisspelling(value, name);
  return checked;
}

/** A row of a database may have more columns; an array is written by hand, where `disable: true` would disable nothing. */
function assertNoMisspelling(record: ClientRecord, name: string): void {
  assertKnown(record, `${name} has no field`, 'fields', RECORD_FIELDS);
  record.secrets.forEach((secret, index) => {
    assertKnown(secret, `${name}.secrets[${String(index)}] has no field`, 'fields', SECRET_FIELDS);
  });
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

function checkRecord(value: ClientRecord, name: string): CheckedRecord {
  const checked = checkClient(value, name);
  return {
    client: frozenClient(checked),
    secrets: checkSecrets(value.secrets, `${name} (client ${checked.clientId}).secrets`),
  };
}
