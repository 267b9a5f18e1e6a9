/**
 * For tests of apps that use this package. What creates tokens or clients here throws if `NODE_ENV`
 * is `production`.
 */
export { editableStoreContract, type StorePair } from './editable-store-contract';
export { clientStoreContract } from './client-store-contract';
export type { ContractCase } from './contract';
export { createFakeVerifier, type TestClient } from './create-fake-verifier';
export { createTestAuth, type TestAuthOptions } from './create-test-auth';
export { bearerHeader, mintToken, type BearerHeader, type MintOptions } from './mint-token';
export { openRoutes } from './open-routes';
export { revocationStoreContract, type RevocationPair } from './revocation-store-contract';
