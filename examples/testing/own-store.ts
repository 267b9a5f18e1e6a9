import type { ClientStore } from 'express-client-jwt';

/** Stands for your database: rows of JSON, by client id. */
export const database = new Map<string, string>();

export function createStore(): ClientStore {
  return {
    find: (clientId) => {
      const row = database.get(clientId);
      return row === undefined ? undefined : (JSON.parse(row) as object);
    },
  };
}
