import type { ClientRecord } from 'express-client-jwt';
import { clientStoreContract } from 'express-client-jwt/testing';

import { createStore, database } from './own-store';

const open = (records: readonly ClientRecord[]) => {
  database.clear();
  for (const record of records) database.set(record.clientId, JSON.stringify(record));
  return createStore();
};

for (const { title, run } of clientStoreContract(open)) test(title, run);
