/**
 * For tests of apps that use this package. Everything but `openRoutes` throws if `NODE_ENV` begins
 * with `prod`.
 */
export { editableStoreContract, type StorePair } from './editable-store-contract';
export { clientStoreContract } from './client-store-contract';
export type { ContractCase } from './contract';
export { createFakeVerifier, type TestClient } from './create-fake-verifier';
export { createTestAuth, type TestAuthOptions } from './create-test-auth';
export { bearerHeader, mintToken, type BearerHeader, type MintOptions } from './mint-token';
export { openRoutes } from './open-routes';
export { revocationStoreContract, type RevocationPair } from './revocation-store-contract';
