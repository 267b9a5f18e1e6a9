import { bcryptVerifier } from 'express-client-jwt';
import { postgresStore } from 'express-client-jwt/stores/postgres';
import { Pool } from 'pg';

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
// Without this, a connection that breaks while nobody uses it ends the process: that is how pg is.
pool.on('error', (error) => {
  console.error(error.message);
});

export const verifier = bcryptVerifier(postgresStore(pool));
