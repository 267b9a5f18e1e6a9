import type { ChangeRecord, EditableClientStore, ListOptions, SecretUse } from '../clients/store';
import type { ClientRecord } from '../clients/client';
import { assertThat, isObject } from '../internal/assert';
import { resolveOptions, text, type Option } from '../internal/options';
import { applyChange, keptLabels, resolveList } from './editable';
import { quoted, type Queryable } from './postgres-table';
import { postgresUses, usesSchema, type PostgresUses } from './postgres-uses';

export type { ChangeRecord, EditableClientStore, ListOptions, SecretUse } from '../clients/store';
export type { Queryable, QueryResult } from './postgres-table';

/** The options of {@link postgresStore}. */
export interface PostgresStoreOptions {
  /**
   * The name of the table, with its schema if needed: `api_clients`, `auth.clients`. Default:
   * `api_clients`.
   */
  readonly table?: string | undefined;
}

/** Checks whether a name is plain: it becomes part of the statement. IDs and values never do. */
const isPlainName = (name: string): boolean => /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(name);

/**
 * One row per option of `postgresStore`.
 *
 * @internal
 */
export const POSTGRES_STORE_OPTIONS = {
  table: text('api_clients', 'the plain name of a table, or schema.table', isPlainName),
} satisfies Record<keyof PostgresStoreOptions, Option<unknown>>;

interface Row {
  readonly client_id: string;
  readonly secrets: ClientRecord['secrets'];
  readonly scopes: readonly string[];
  readonly disabled: boolean;
  readonly tokens_valid_after: Date | null;
  readonly expires_in_seconds: number | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly version: number;
}

const COLUMNS =
  'client_id, secrets, scopes, disabled, tokens_valid_after, expires_in_seconds, claims';
/**
 * The most attempts of one change. Other changes may come first, but so many in a row would be a
 * bug.
 */
const MOST_ATTEMPTS = 50;

/**
 * Returns the statements that create the table of the clients, and that of the last uses of their
 * secrets, if they do not exist. Run them once, in a migration or
 * by hand.
 *
 * @throws TypeError if the name of the table is not plain.
 *
 * @example
 * ```ts
 * await pool.query(postgresSchema());
 * ```
 */
export function postgresSchema(options: PostgresStoreOptions = {}): string {
  const { table } = resolveOptions(options, 'postgresSchema', POSTGRES_STORE_OPTIONS);
  return `CREATE TABLE IF NOT EXISTS ${quoted(table)} (
  client_id          text COLLATE "C" PRIMARY KEY CHECK (client_id ~ '^[!-~]+$' AND length(client_id) <= 256),
  secrets            jsonb NOT NULL CHECK (jsonb_typeof(secrets) = 'array'),
  scopes             text[] NOT NULL DEFAULT '{}',
  disabled           boolean NOT NULL DEFAULT false,
  tokens_valid_after timestamptz,
  expires_in_seconds integer CHECK (expires_in_seconds BETWEEN 1 AND 31536000),
  claims             jsonb CHECK (jsonb_typeof(claims) = 'object'),
  version            integer NOT NULL DEFAULT 1,
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now()
);
${usesSchema(table)}`;
}

/**
 * Creates a store of clients in a PostgreSQL table. Each lookup is one query by primary key.
 *
 * @throws TypeError if `db` has no `query`, or an option is malformed.
 *
 * @example
 * ```ts
 * const store = postgresStore(new Pool({ connectionString: process.env.DATABASE_URL }));
 * const verifier = bcryptVerifier(store);
 * ```
 */
export function postgresStore(
  db: Queryable,
  options: PostgresStoreOptions = {},
): EditableClientStore {
  assertThat(
    isObject(db) && typeof db.query === 'function',
    'postgresStore: db',
    'a Pool or Client of pg, or { query }',
    db,
  );
  const { table } = resolveOptions(options, 'postgresStore', POSTGRES_STORE_OPTIONS);
  return new PostgresStore(db, table);
}

class PostgresStore implements EditableClientStore {
  readonly #db: Queryable;
  readonly #table: string;
  readonly #uses: PostgresUses;

  constructor(db: Queryable, table: string) {
    this.#db = db;
    this.#table = quoted(table);
    this.#uses = postgresUses(db, table);
  }

  async find(clientId: string): Promise<ClientRecord | undefined> {
    const row = await this.#rowOf(clientId);
    return row && toRecord(row);
  }

  async list(options: ListOptions = {}): Promise<readonly ClientRecord[]> {
    const { after, limit } = resolveList(options);
    const where = 'client_id > $1 ORDER BY client_id LIMIT $2';
    return (
      await this.#query(`SELECT ${COLUMNS}, version FROM ${this.#table} WHERE ${where}`, [
        after,
        limit,
      ])
    ).map(toRecord);
  }

  async update(clientId: string, change: ChangeRecord): Promise<ClientRecord | undefined> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const row = await this.#rowOf(clientId);
      const before = row && toRecord(row);
      const changed = applyChange(clientId, before, change);
      if (!(await this.#write(clientId, row, changed))) continue;
      const kept = keptLabels(before, changed);
      // The table of the uses may be missing.
      if (kept !== undefined) await this.#uses.forget(clientId, kept).catch(() => undefined);
      return changed;
    }
    throw new Error(
      'postgresStore: there are too many concurrent changes to this client. Try again.',
    );
  }

  noteUse(clientId: string, label: string | undefined, at: Date): Promise<void> {
    return this.#uses.note({ clientId, label: label ?? null, at });
  }

  findUses(clientIds: readonly string[]): Promise<readonly SecretUse[]> {
    return this.#uses.find(clientIds);
  }

  async #rowOf(clientId: string): Promise<Row | undefined> {
    return (
      await this.#query(`SELECT ${COLUMNS}, version FROM ${this.#table} WHERE client_id = $1`, [
        clientId,
      ])
    )[0];
  }

  /** Writes the change if the row is still as it was read. Returns whether it has written. */
  async #write(
    clientId: string,
    row: Row | undefined,
    changed: ClientRecord | undefined,
  ): Promise<boolean> {
    if (row === undefined && changed === undefined) return true;
    const where = `WHERE client_id = $1 AND version = $2 RETURNING client_id`;
    if (changed === undefined) {
      return (
        (await this.#query(`DELETE FROM ${this.#table} ${where}`, [clientId, row?.version]))
          .length > 0
      );
    }
    const values = toValues(changed);
    if (row === undefined) {
      const insert = `INSERT INTO ${this.#table} (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)`;
      return (
        (await this.#query(`${insert} ON CONFLICT DO NOTHING RETURNING client_id`, values)).length >
        0
      );
    }
    const set = `SET (${COLUMNS}) = ROW($1, $3, $4, $5, $6, $7, $8), version = version + 1, updated_at = now()`;
    const [id, ...others] = values;
    return (
      (await this.#query(`UPDATE ${this.#table} ${set} ${where}`, [id, row.version, ...others]))
        .length > 0
    );
  }

  async #query(text: string, values: unknown[]): Promise<readonly Row[]> {
    return (await this.#db.query(text, values)).rows as readonly Row[];
  }
}

function toRecord(row: Row): ClientRecord {
  return {
    clientId: row.client_id,
    secrets: row.secrets,
    scopes: row.scopes,
    ...(row.disabled && { disabled: true }),
    ...(row.tokens_valid_after && { tokensValidAfter: row.tokens_valid_after }),
    ...(row.expires_in_seconds !== null && { expiresInSeconds: row.expires_in_seconds }),
    ...(row.claims && { claims: row.claims }),
  };
}

function toValues(record: ClientRecord): unknown[] {
  return [
    record.clientId,
    JSON.stringify(record.secrets),
    record.scopes ?? [],
    record.disabled ?? false,
    record.tokensValidAfter ?? null,
    record.expiresInSeconds ?? null,
    record.claims ? JSON.stringify(record.claims) : null,
  ];
}
