import { bcryptVerifier, type ClientRecord } from 'express-client-jwt';
import type { Pool } from 'pg';

export function databaseVerifier(db: Pool) {
  return bcryptVerifier({
    find: async (clientId) => {
      const sql = 'SELECT id AS "clientId", secrets, scopes, disabled FROM clients WHERE id = $1';
      const { rows } = await db.query<ClientRecord>(sql, [clientId]);
      return rows[0];
    },
  });
}
