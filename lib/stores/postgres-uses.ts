import type { SecretUse } from '../clients/store';
import { quoted, type Queryable } from './postgres-table';

/** The last uses of secrets, in a table beside that of the clients. Each function is one statement. */
export interface PostgresUses {
  note(use: SecretUse): Promise<void>;
  find(clientIds: readonly string[]): Promise<readonly SecretUse[]>;
  forget(clientId: string, kept: readonly (string | null)[]): Promise<void>;
}

interface Row {
  readonly client_id: string;
  readonly label: string;
  readonly used_at: Date;
}

/** Stands for a missing label, because a column of a primary key cannot be null. */
const NO_LABEL = '';

const usesTableOf = (table: string): string => quoted(`${table}_uses`);

/** Returns the statement that creates the table of uses, if it does not exist. */
export function usesSchema(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${usesTableOf(table)} (
  client_id text COLLATE "C" NOT NULL,
  label     text NOT NULL,
  used_at   timestamptz NOT NULL,
  PRIMARY KEY (client_id, label)
);
`;
}

/** Creates the functions for the uses that belong to a table of clients. */
export function postgresUses(db: Queryable, table: string): PostgresUses {
  const name = usesTableOf(table);
  return {
    note: async ({ clientId, label, at }) => {
      const insert = `INSERT INTO ${name} AS noted (client_id, label, used_at) VALUES ($1, $2, $3)`;
      // Another process may have noted a later use.
      const merge = 'used_at = GREATEST(noted.used_at, EXCLUDED.used_at)';
      const conflict = `ON CONFLICT (client_id, label) DO UPDATE SET ${merge}`;
      await db.query(`${insert} ${conflict}`, [clientId, label ?? NO_LABEL, at]);
    },
    find: async (clientIds) => {
      const condition = 'WHERE client_id = ANY($1::text[])';
      const select = `SELECT client_id, label, used_at FROM ${name} ${condition}`;
      const rows = (await db.query(select, [clientIds])).rows as readonly Row[];
      return rows.map(({ client_id: clientId, label, used_at: at }) => ({
        ...{ clientId, label: label === NO_LABEL ? null : label, at },
      }));
    },
    forget: async (clientId, kept) => {
      const condition = 'WHERE client_id = $1 AND NOT label = ANY($2::text[])';
      const labels = kept.map((label) => label ?? NO_LABEL);
      await db.query(`DELETE FROM ${name} ${condition}`, [clientId, labels]);
    },
  };
}
