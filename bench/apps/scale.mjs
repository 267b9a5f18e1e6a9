// An app with many clients, in a file or in PostgreSQL.
import express from 'express';
import pg from 'pg';

import { loadPackage } from '../tools/package.mjs';

const { bcryptVerifier, createJwtAuth, requireJwt } = loadPackage();
const { fileStore } = loadPackage('/stores/file');
const { postgresStore } = loadPackage('/stores/postgres');

const stores = {
  'a file': ({ file }) => fileStore(file),
  PostgreSQL: ({ url, table }) =>
    postgresStore(new pg.Pool({ connectionString: url, max: 8 }), { table }),
};

export function build(name, { secret, ...place }) {
  const app = express();
  app.use(createJwtAuth({ keys: secret, verifier: bcryptVerifier(stores[name](place)) }));
  app.get('/guarded', requireJwt(), (_req, res) => res.json({ ok: true }));
  return app;
}
