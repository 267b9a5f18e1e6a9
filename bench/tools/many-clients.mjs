// Puts many clients into a file or a table.
import { openSync, closeSync, mkdtempSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import pg from 'pg';

import { loadPackage } from './package.mjs';

const { postgresSchema } = loadPackage('/stores/postgres');

const SECRETS = [{ hash: '$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde' }];
const TABLE = 'bench_clients';

/** Runs the work with a file of this many clients. `disableFirst` replaces it by one whose first client is disabled. */
export async function withFile(count, work) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const file = path.join(folder, 'clients.json');
  const write = (first) => {
    const handle = openSync(`${file}.new`, 'w');
    for (let index = 0; index < count; index++) {
      const record = { clientId: `client-${index}`, secrets: SECRETS, scopes: ['read'] };
      const text = JSON.stringify(index === 0 ? { ...record, ...first } : record);
      writeSync(handle, `${index === 0 ? '{"clients":[\n' : ',\n'}${text}`);
    }
    writeSync(handle, '\n]}\n');
    closeSync(handle);
    renameSync(`${file}.new`, file);
  };
  try {
    write({});
    return await work({ file }, () => write({ disabled: true }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs the work with a table of this many clients. */
export async function withTable(url, count, work) {
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  const drop = () => db.query(`DROP TABLE IF EXISTS ${TABLE}, ${TABLE}_uses`);
  try {
    await drop();
    await db.query(postgresSchema({ table: TABLE }));
    await db.query(
      `INSERT INTO ${TABLE} (client_id, secrets, scopes)
       SELECT 'client-' || n, $1::jsonb, '{read}' FROM generate_series(0, $2::integer - 1) AS n`,
      [JSON.stringify(SECRETS), count],
    );
    await db.query(`ANALYZE ${TABLE}`);
    return await work({ url, table: TABLE });
  } finally {
    await drop();
    await db.end();
  }
}
