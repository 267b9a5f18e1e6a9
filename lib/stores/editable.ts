import type { ClientRecord } from '../clients/client';
import { checkOwnRecord, type ClientStore } from '../clients/records';
import { integerOr } from '../internal/assert';

/** Which part of the clients to list. */
export interface ListOptions {
  /** Those whose ids come after this one. Default: from the first. */
  readonly after?: string | undefined;
  /** At most this many, 1 to 100,000. Default: 1000. */
  readonly limit?: number | undefined;
}

/** A store whose clients can be changed, one at a time: what the command-line tool works on. */
export interface EditableClientStore extends ClientStore {
  /** Clients in the order of their ids, by code units. Rejects where the store fails, with a TypeError where the limit is malformed. */
  list(options?: ListOptions): Promise<readonly ClientRecord[]>;
  /**
   * Changes one client, all or nothing: of two changes at once neither is lost. Resolves to the record as it now is.
   * Rejects with a TypeError, and changes nothing, where the new record is malformed or has another id; and with what
   * `change` throws, and where the store fails.
   *
   * @param change is given the record as it stands, or undefined, and returns the new one, or undefined to remove it.
   *   It may be called again where another change came first.
   */
  update(clientId: string, change: ChangeRecord): Promise<ClientRecord | undefined>;
}

/** How a record changes. */
export type ChangeRecord = (record: ClientRecord | undefined) => ClientRecord | undefined;

/** The options of `list`, filled in. */
export function resolveList({ after = '', limit }: ListOptions): {
  readonly after: string;
  readonly limit: number;
} {
  return { after, limit: integerOr(1000, limit, 'list: limit', 1, 100_000) };
}

/** The changed record, checked, as a plain copy. Throws where it is malformed or has another id. */
export function applyChange(
  clientId: string,
  record: ClientRecord | undefined,
  change: ChangeRecord,
): ClientRecord | undefined {
  const changed = change(record);
  if (changed === undefined) return undefined;
  const checked = checkOwnRecord(changed, 'The changed record');
  if (checked.client.clientId !== clientId)
    throw new TypeError('The changed record has another clientId.');
  return copyRecord(changed);
}

/** As JSON keeps it: dates are ISO 8601 strings in it. */
export function copyRecord(record: ClientRecord): ClientRecord {
  return JSON.parse(JSON.stringify(record)) as ClientRecord;
}

/** The part of these records that was asked for. */
export function listFrom(
  records: ReadonlyMap<string, ClientRecord>,
  options: ListOptions,
): readonly ClientRecord[] {
  const { after, limit } = resolveList(options);
  const ids = [...records.keys()].filter((id) => id > after).sort();
  return ids.slice(0, limit).flatMap((id) => records.get(id) ?? []);
}
