import { memoryStore } from 'express-client-jwt/stores/memory';

import { describeClientStore } from '../support/client-store-contract';
import { reports } from '../support/clients';

describe('the memory store', () => {
  describeClientStore(() => {
    const store = memoryStore();
    return Promise.resolve({ store, other: store });
  });

  test('starts with the clients it is given, and does not share them', async () => {
    const scopes = ['reports:read'];
    const store = memoryStore([reports({ scopes })]);
    scopes.push('admin');
    expect((await store.find('reports'))?.scopes).toEqual(['reports:read']);
  });

  test('refuses a malformed client by its name', () => {
    expect(() => memoryStore([reports({ scopes: ['a b'] })])).toThrow(
      'memoryStore: clients[0] (client reports).scopes must be an array of scopes without spaces or quotes; it is an array.',
    );
  });
});
