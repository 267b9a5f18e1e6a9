/** The contracts hold for good stores (see __tests__/stores and __tests__/services), and find the faults of bad ones. */
import type { ClientRecord, ClientStore, RevocationStore } from 'express-client-jwt';
import {
  applyChange,
  memoryStore,
  type EditableClientStore,
} from 'express-client-jwt/stores/memory';
import {
  clientStoreContract,
  editableStoreContract,
  revocationStoreContract,
  type ContractCase,
} from 'express-client-jwt/testing';

/** The titles of the tests that fail. */
async function failuresOf(cases: readonly ContractCase[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { title, run } of cases) await run().catch(() => failed.push(title));
  return failed;
}

test('every case of a contract has its own title', () => {
  const never = () => Promise.reject(new Error('never opened'));
  for (const cases of [
    clientStoreContract(never),
    editableStoreContract(never),
    revocationStoreContract(never),
  ])
    expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
});

test('a store that finds records with a query of its own fulfils clientStoreContract', async () => {
  const open = (records: readonly ClientRecord[]) => ({
    find: (id: string) => records.find(({ clientId }) => clientId === id),
  });
  expect(await failuresOf(clientStoreContract(open))).toEqual([]);
});

test('a store whose rows have JSON as text and 0 and 1 fulfils clientStoreContract', async () => {
  const open = (records: readonly ClientRecord[]) => ({
    find: (id: string) => {
      const record = records.find(({ clientId }) => clientId === id);
      if (record === undefined) return undefined;
      const { secrets, scopes, claims, disabled } = record;
      const texts = { secrets, scopes: scopes ?? [], ...(claims && { claims }) };
      const asText = Object.entries(texts).map(([name, value]) => [name, JSON.stringify(value)]);
      return { ...record, ...Object.fromEntries(asText), disabled: disabled ? 1 : 0 } as object;
    },
  });
  expect(await failuresOf(clientStoreContract(open))).toEqual([]);
});

test.each<[string, (records: readonly ClientRecord[]) => ClientStore, string]>([
  [
    'ignores the case of IDs',
    (records) => ({
      find: (id) => records.find((each) => each.clientId.toLowerCase() === id.toLowerCase()),
    }),
    'distinguishes client IDs by case',
  ],
  [
    'trims IDs',
    (records) => ({ find: (id) => records.find((each) => each.clientId === id.trim()) }),
    'distinguishes client IDs by case',
  ],
  [
    'loses the expiry of secrets',
    (records) => ({
      find: (id) => {
        const record = records.find((each) => each.clientId === id);
        return record && { ...record, secrets: record.secrets.map(({ hash }) => ({ hash })) };
      },
    }),
    'lets bcryptVerifier refuse an expired secret',
  ],
  [
    'loses the flag disabled',
    (records) => ({
      find: (id) => {
        const record = records.find((each) => each.clientId === id);
        return record && { ...record, disabled: false };
      },
    }),
    'lets bcryptVerifier refuse a disabled client',
  ],
  ...(['tokensValidAfter', 'claims', 'expiresInSeconds', 'scopes'] as const).map(
    (field): [string, (records: readonly ClientRecord[]) => ClientStore, string] => [
      `loses the field ${field}`,
      (records) => ({
        find: (id) => {
          const record = records.find((each) => each.clientId === id);
          return record && { ...record, [field]: undefined };
        },
      }),
      'finds a client with every field',
    ],
  ),
  [
    'returns one secret of several',
    (records) => ({
      find: (id) => {
        const record = records.find((each) => each.clientId === id);
        return record && { ...record, secrets: record.secrets.slice(0, 1) };
      },
    }),
    'finds a client with every field',
  ],
  [
    'looks IDs up in an object with a prototype',
    (records) => {
      const byId = Object.fromEntries(records.map((record) => [record.clientId, record]));
      return { find: (id) => byId[id] };
    },
    'does not find a hostile client ID that it does not have',
  ],
  [
    'matches patterns',
    (records) => ({
      find: (id) =>
        records.find((each) => new RegExp(`^${id.replace('%', '.*')}$`).test(each.clientId)),
    }),
    'does not find a hostile client ID that it does not have',
  ],
])('clientStoreContract finds a store that %s', async (_title, open, failure) => {
  expect(await failuresOf(clientStoreContract(open))).toContain(failure);
});

/** A store that does everything right, by a map of its own. */
function ownStore(changes: Partial<EditableClientStore> = {}): EditableClientStore {
  return { ...memoryStore(), ...changes };
}

test.each<[string, () => EditableClientStore, string]>([
  [
    'checks no record',
    () => {
      const store = memoryStore();
      const broken = new Map<string, ClientRecord>();
      return {
        find: (id) => broken.get(id) ?? store.find(id),
        list: (options) => store.list(options),
        update: async (id, change) => {
          const changed = change((await store.find(id)) ?? undefined);
          if (changed !== undefined) broken.set(id, changed);
          return changed;
        },
      };
    },
    'rejects a malformed or renamed client, and keeps the old one',
  ],
  [
    'lists in the order of the language',
    () => {
      const store = memoryStore();
      return ownStore({
        ...store,
        list: async (options) =>
          [...(await store.list(options))].sort((a, b) => a.clientId.localeCompare(b.clientId)),
      });
    },
    'lists clients by code units, after the given ID and up to the limit',
  ],
  [
    'overwrites concurrent changes',
    () => {
      const records = new Map<string, ClientRecord>();
      const store = memoryStore();
      return {
        find: (id) => records.get(id),
        list: (options) => store.list(options),
        update: async (id, change) => {
          const before = records.get(id);
          await Promise.resolve();
          const changed = applyChange(id, before, change);
          if (changed) records.set(id, changed);
          return changed;
        },
      };
    },
    'loses no change if many concurrent updates change one client',
  ],
  ['does not tell the other process', () => memoryStore(), 'updates and removes a client'],
])('editableStoreContract finds a store that %s', async (title, create, failure) => {
  const isAlone = title === 'does not tell the other process';
  const open = () => {
    const store = create();
    return isAlone ? { store, other: memoryStore() } : { store };
  };
  expect(await failuresOf(editableStoreContract(open))).toContain(failure);
});

test.each<[string, (revoked: Map<string, Date>) => RevocationStore, string]>([
  [
    'revokes nothing',
    () => ({ isRevoked: () => false, revoke: () => undefined }),
    'finds a revoked token at once in both stores, and no other',
  ],
  [
    'ignores the case of a jti',
    (revoked) => ({
      isRevoked: (jti) => revoked.has(jti.toLowerCase()),
      revoke: (jti, until) => void revoked.set(jti.toLowerCase(), until),
    }),
    'finds a revoked token at once in both stores, and no other',
  ],
  [
    'accepts a token only once',
    (revoked) => ({
      isRevoked: (jti) => revoked.has(jti),
      revoke: (jti, until) => {
        if (revoked.has(jti)) throw new Error('duplicate key');
        revoked.set(jti, until);
      },
    }),
    'accepts a second revocation of one token',
  ],
])('revocationStoreContract finds a store that %s', async (_title, create, failure) => {
  const open = () => ({ store: create(new Map()) });
  expect(await failuresOf(revocationStoreContract(open))).toContain(failure);
});
