import { applyChange, type EditableClientStore } from 'express-client-jwt/stores/memory';
import type { ClientRecord } from 'express-client-jwt';
import type { Pool } from 'pg';

/** A table of your own: CREATE TABLE clients (client_id text COLLATE "C" PRIMARY KEY, record jsonb). */
export function createStore(pool: Pool): EditableClientStore {
  const rows = async (sql: string, ...values: unknown[]) =>
    (await pool.query<{ record: ClientRecord }>(sql, values)).rows.map(({ record }) => record);
  return {
    find: async (clientId) =>
      (await rows('SELECT record FROM clients WHERE client_id = $1', clientId))[0],
    list: ({ after = '', limit = 1000 } = {}) =>
      rows(
        'SELECT record FROM clients WHERE client_id > $1 ORDER BY client_id LIMIT $2',
        after,
        limit,
      ),
    update: async (clientId, change) => {
      const db = await pool.connect();
      try {
        await db.query('BEGIN');
        // Changes of one client wait for each other.
        await db.query('SELECT pg_advisory_xact_lock(hashtext($1))', [clientId]);
        const [row] = (
          await db.query<{ record: ClientRecord }>(
            'DELETE FROM clients WHERE client_id = $1 RETURNING record',
            [clientId],
          )
        ).rows;
        const changed = applyChange(clientId, row?.record, change);
        if (changed) await db.query('INSERT INTO clients VALUES ($1, $2)', [clientId, changed]);
        await db.query('COMMIT');
        return changed;
      } catch (error) {
        await db.query('ROLLBACK');
        throw error;
      } finally {
        db.release();
      }
    },
  };
}
