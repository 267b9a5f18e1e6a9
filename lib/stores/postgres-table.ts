/** The part of a database connection that the store needs; a Pool or Client of `pg` has it. */
export interface Queryable {
  /** Runs one statement with its values; `$1` is the first. Rejects if it fails. */
  query(text: string, values: unknown[]): Promise<QueryResult>;
}

/** What a statement returns. */
export interface QueryResult {
  /** The rows, as the driver reads them. */
  readonly rows: readonly unknown[];
}

/** Quotes the plain name of a table, with its schema if it has one. */
export function quoted(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}
