import type { ClientRecord } from '../clients/client';
import { checkOwnRecord } from '../clients/bcrypt/check-record';
import type { ChangeRecord, ListOptions } from '../clients/store';
import { integerOr } from '../internal/assert';

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
