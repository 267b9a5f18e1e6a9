import { memoryStore } from 'express-client-jwt/stores/memory';
import { editableStoreContract } from 'express-client-jwt/testing';

import { reports } from '../support/clients';
import { refusesMalformedLimits, runContract } from '../support/contract';

describe('memoryStore', () => {
  runContract(editableStoreContract(() => ({ store: memoryStore() })));
  refusesMalformedLimits(() => ({ store: memoryStore() }));

  test('starts with a copy of the given clients', async () => {
    const scopes = ['reports:read'];
    const store = memoryStore([reports({ scopes })]);
    scopes.push('admin');
    expect((await store.find('reports'))?.scopes).toEqual(['reports:read']);
  });

  test('rejects a malformed client and names it', () => {
    expect(() => memoryStore([reports({ scopes: ['a b'] })])).toThrow(
      'memoryStore: clients[0] (client reports).scopes[0] must be a scope without spaces or quotes.',
    );
  });
});
