import { assertKnown, assertThat, CheckError, isObject, UNSET_HINT } from '../../internal/assert';
import { checkClient, frozenClient } from '../check-client';
import type { CheckedClient, Client, ClientRecord, ClientSecret } from '../client';
import { dateMs, field, listField, type Fields } from '../fields';
import { bcryptCost } from './bcrypt-hash';

/** A secret whose fields have been checked. Times are milliseconds since 1970. */
export interface CheckedSecret {
  readonly hash: string;
  readonly cost: number;
  readonly expiresAtMs: number;
  readonly label: string | undefined;
}

/** The checked fields of a record. */
export interface RecordFields {
  readonly client: CheckedClient;
  readonly secrets: readonly CheckedSecret[];
}

/** A record whose fields have been checked. */
export interface CheckedRecord {
  /** The client without its hashes, which only the verifier sees. */
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

/** An index of records by client ID. */
export interface RecordIndex<T> {
  readonly records: Map<string, T>;
  /**
   * Adds a record.
   *
   * @throws TypeError if it is malformed or has an unknown field, or another record has its ID.
   */
  readonly add: (record: ClientRecord) => void;
}

/**
 * Creates an empty index, which checks the records that are added.
 *
 * @param keep Returns the value to keep for each record.
 */
export function createRecordIndex<T>(
  name: string,
  keep: (given: ClientRecord, fields: RecordFields) => T,
): RecordIndex<T> {
  const records = new Map<string, T>();
  function add(record: ClientRecord): void {
    const at = `${name}[${String(records.size)}]`;
    const fields = checkFields(record, at);
    assertNoMisspelling(record, at);
    const { clientId } = fields.client;
    if (records.has(clientId))
      throw new TypeError(`${at}: there are two clients with the id ${clientId}.`);
    records.set(clientId, keep(record, fields));
  }
  return { records, add };
}

/**
 * Checks records and indexes them by client ID.
 *
 * @param keep Returns the value to keep for each record.
 * @throws TypeError if a record is malformed or has an unknown field, or two share an id.
 */
export function indexRecords<T>(
  clients: readonly ClientRecord[],
  name: string,
  keep: (given: ClientRecord, checked: CheckedRecord) => T,
): Map<string, T> {
  const { records, add } = createRecordIndex(name, (given, fields) =>
    keep(given, frozenRecord(fields)),
  );
  clients.forEach(add);
  return records;
}

/**
 * Checks a record that was written for this package. It rejects unknown fields.
 *
 * @throws TypeError that names the client and the field, and never a value.
 */
export function checkOwnRecord(value: ClientRecord, name: string): CheckedRecord {
  const checked = checkRecord(value, name);
  assertNoMisspelling(value, name);
  return checked;
}

/**
 * Throws if a field is unknown: a misspelled `disable: true` would be ignored. Database rows are
 * not checked like this, because they may have more columns.
 */
function assertNoMisspelling(record: ClientRecord, name: string): void {
  assertKnown(record, `${name} has no field`, 'fields', RECORD_FIELDS);
  record.secrets.forEach((secret, index) => {
    assertKnown(secret, `${name}.secrets[${String(index)}] has no field`, 'fields', SECRET_FIELDS);
  });
}

/**
 * Checks a record from any source. It ignores unknown fields.
 *
 * @throws TypeError that names the client and the field, and never a value.
 */
export function checkRecord(value: unknown, name: string): CheckedRecord {
  return frozenRecord(checkFields(value, name));
}

function frozenRecord({ client, secrets }: RecordFields): CheckedRecord {
  return { client: frozenClient(client), secrets };
}

function checkFields(value: unknown, name: string): RecordFields {
  const client = checkClient(value, name);
  const of = `${name} (client ${client.clientId})`;
  return { client, secrets: checkSecrets(value as Fields, of) };
}

/**
 * Checks the secrets of a record.
 *
 * @throws TypeError that names the client and the field, and never a value.
 */
export function checkSecrets(record: Fields, of: string): readonly CheckedSecret[] {
  const must = 'an array of { hash, expiresAt?, label? }';
  const secrets = listField(record, 'secrets', of, must);
  assertThat(secrets !== undefined, `${of}.secrets`, must, secrets);
  return secrets.map((secret, index) => checkSecret(secret, `${of}.secrets[${String(index)}]`));
}

function checkSecret(value: unknown, name: string): CheckedSecret {
  assertThat(isObject(value), name, 'an object { hash, expiresAt?, label? }', value);
  const hash = field(value, 'hash');
  const cost = typeof hash === 'string' ? bcryptCost(hash) : undefined;
  if (hash === undefined) throw new CheckError(`${name}.hash is undefined. ${UNSET_HINT}`);
  const must =
    'a bcrypt hash of cost 4 to 16 ($2b$10$…), as hashSecret() makes it and with no $ lost to a shell';
  assertThat(typeof hash === 'string' && cost !== undefined, `${name}.hash`, must, hash);
  const label = field(value, 'label');
  assertThat(label === undefined || typeof label === 'string', `${name}.label`, 'a string', label);
  return { hash, cost, label, expiresAtMs: dateMs(value, 'expiresAt', name) ?? Infinity };
}
