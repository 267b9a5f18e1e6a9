// What a look-up costs, and what is held in memory, with few clients and with many.
//   npm run bench:scale                      the file store, with 1,000 and 100,000 clients
//   DATABASE_URL=… npm run bench:scale       also PostgreSQL, with 1,000 and 1,000,000; tables of its own, dropped at the end
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

import { fileStore } from '../dist/stores/file.js';
import { postgresSchema, postgresStore } from '../dist/stores/postgres.js';
import { median } from './tools/statistics.mjs';

const ROUNDS = 20;
const LOOKUPS = 200;
const HASH = '$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde';
const idOf = (index) => `client-${String(index).padStart(7, '0')}`;
const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const micros = (ms) => `${(ms * 1000).toFixed(1)} µs`;

function heap() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Median time and CPU of a look-up, the contenders in turn. */
async function compare(stores) {
  const results = stores.map(() => ({ ms: [], cpu: [] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { store, size }] of stores.entries()) {
      const cpu = process.cpuUsage();
      const startedAt = performance.now();
      for (let count = 0; count < LOOKUPS; count += 1) {
        const clientId = idOf(1 + Math.floor(Math.random() * size));
        if ((await store.find(clientId))?.clientId !== clientId)
          throw new Error(`${clientId} was not found`);
      }
      const { user, system } = process.cpuUsage(cpu);
      results[index].ms.push((performance.now() - startedAt) / LOOKUPS);
      results[index].cpu.push((user + system) / 1000 / LOOKUPS);
    }
  }
  return results.map(({ ms, cpu }) => ({ ms: median(ms), cpu: median(cpu) }));
}

function print(name, stores, results) {
  const [few, many] = results;
  console.log(
    `\n| ${name} | time of a look-up (median) | our CPU | heap held |\n| --- | --- | --- | --- |`,
  );
  for (const [index, { ms, cpu }] of results.entries())
    console.log(
      `| ${stores[index].size.toLocaleString('en')} clients | ${micros(ms)} | ${micros(cpu)} | ${mib(stores[index].held)} |`,
    );
  console.log(
    `| ratio | ${(many.ms / few.ms).toFixed(2)} | ${(many.cpu / few.cpu).toFixed(2)} | |`,
  );
}

async function benchFile() {
  const folder = mkdtempSync(path.join(tmpdir(), 'scale-'));
  try {
    const stores = [];
    for (const size of [1000, 100_000]) {
      const file = path.join(folder, `${size}.json`);
      const clients = Array.from({ length: size }, (_, index) => ({
        clientId: idOf(index + 1),
        secrets: [{ hash: HASH, label: '2026-11' }],
        scopes: ['reports:read'],
      }));
      writeFileSync(file, JSON.stringify({ clients }));
      clients.length = 0;
      const before = heap();
      const startedAt = performance.now();
      const store = fileStore(file);
      const openMs = performance.now() - startedAt;
      stores.push({ store, size, file, held: heap() - before });
      console.log(
        `file of ${size.toLocaleString('en')} clients, ${mib(statSync(file).size)}: opened in ${openMs.toFixed(0)} ms`,
      );
    }
    print('file store', stores, await compare(stores));
    const { store } = stores[1];
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const startedAt = performance.now();
    await store.update(idOf(5), (record) => ({ ...record, disabled: true }));
    const updateMs = performance.now() - startedAt;
    if (!(await store.find(idOf(5))).disabled) throw new Error('the change was not read');
    delay.disable();
    console.log(
      `\nchange of one of 100,000: ${updateMs.toFixed(0)} ms, read again in ${(performance.now() - startedAt - updateMs).toFixed(0)} ms; longest stall of the event loop ${(delay.max / 1e6).toFixed(0)} ms`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchPostgres(connectionString) {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString });
  const stores = [];
  try {
    for (const size of [1000, 1_000_000]) {
      const table = `scale_${size}`;
      await pool.query(`DROP TABLE IF EXISTS ${table}; ${postgresSchema({ table })}`);
      const row = `'client-' || lpad(n::text, 7, '0'), '[{"hash": "${HASH}", "label": "2026-11"}]', '{reports:read}'`;
      await pool.query(
        `INSERT INTO ${table} (client_id, secrets, scopes) SELECT ${row} FROM generate_series(1, ${size}) n; ANALYZE ${table}`,
      );
      const before = heap();
      const store = postgresStore(pool, { table });
      await store.find(idOf(1));
      stores.push({ store, size, held: Math.max(0, heap() - before) });
    }
    print('PostgreSQL store', stores, await compare(stores));
  } finally {
    for (const { size } of stores) await pool.query(`DROP TABLE scale_${size}`);
    await pool.end();
  }
}

await benchFile();
if (process.env.DATABASE_URL) await benchPostgres(process.env.DATABASE_URL);
else console.log('\nPostgreSQL was left out: set DATABASE_URL.');
