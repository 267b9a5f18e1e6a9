import { checkOwnRecord } from '../clients/bcrypt/check-record';
import type { ClientRecord } from '../clients/client';
import type { ChangeRecord, ListOptions, SecretUse } from '../clients/store';
import { integerOr } from '../internal/assert';

/** Fills in the defaults of `list`. Throws a TypeError if the limit is malformed. */
export function resolveList({ after = '', limit }: ListOptions): Required<{
  readonly [Name in keyof ListOptions]: NonNullable<ListOptions[Name]>;
}> {
  return { after, limit: integerOr(1000, limit, 'list: limit', 1, 100_000) };
}

/**
 * Applies a change and checks the new record, for the `update` of your own store. Returns a copy of
 * it as JSON keeps it; undefined if the client is removed.
 *
 * @throws TypeError if the new record is malformed or has another ID; also what `change` throws.
 *
 * @example
 * ```ts
 * const update = async (clientId: string, change: ChangeRecord) => {
 *   const changed = applyChange(clientId, await find(clientId), change);
 *   // Write `changed`, unless another process has changed the record since.
 * };
 * ```
 */
export function applyChange(
  clientId: string,
  record: ClientRecord | undefined,
  change: ChangeRecord,
): ClientRecord | undefined {
  const changed = change(record);
  if (changed === undefined) return undefined;
  const checked = checkOwnRecord(changed, 'The changed record');
  if (checked.client.clientId !== clientId)
    throw new TypeError(`The changed record of ${clientId} has the id ${checked.client.clientId}.`);
  return copyRecord(changed);
}

/** Copies a record as JSON keeps it: its dates become ISO 8601 strings. */
export function copyRecord(record: ClientRecord): ClientRecord {
  return JSON.parse(JSON.stringify(record)) as ClientRecord;
}

/** Selects the records for `list`. */
export function listFrom(
  records: ReadonlyMap<string, ClientRecord>,
  options: ListOptions,
): readonly ClientRecord[] {
  const { after, limit } = resolveList(options);
  const ids = [...records.keys()].filter((id) => id > after).sort();
  return ids.slice(0, limit).flatMap((id) => records.get(id) ?? []);
}

/**
 * Returns the labels whose uses stay after a change; undefined if no label is gone. A later secret
 * with the label of an earlier one has uses of its own.
 */
export function keptLabels(
  before: ClientRecord | undefined,
  after: ClientRecord | undefined,
): readonly (string | null)[] | undefined {
  const kept = labelsOf(after);
  const isGone = after === undefined || labelsOf(before).some((label) => !kept.includes(label));
  return isGone ? kept : undefined;
}

function labelsOf(record: ClientRecord | undefined): readonly (string | null)[] {
  return record?.secrets.map(({ label }) => label ?? null) ?? [];
}

/** Adds a use, or moves the one of the same secret forward. */
export function withUse(uses: readonly SecretUse[], use: SecretUse): readonly SecretUse[] {
  const isSame = (other: SecretUse) => other.clientId === use.clientId && other.label === use.label;
  const before = uses.find(isSame);
  if (before !== undefined && before.at >= use.at) return uses;
  return [...uses.filter((other) => !isSame(other)), use];
}
