export { bcryptVerifier, type BcryptVerifierOptions } from './clients/bcrypt/bcrypt-verifier';
export type { Client, ClientRecord, ClientSecret } from './clients/client';
export { hashSecret } from './clients/bcrypt/hash-secret';
export type { ClientStore } from './clients/store';
export type {
  ClientCredentials,
  ClientVerifier,
  CredentialsRefusal,
  VerificationContext,
  VerificationDetails,
} from './clients/verifier';
export { JwtAuthError, type JwtAuthErrorCode } from './errors';
export type {
  JwtAuthEvent,
  JwtRefusedEvent,
  OutageEvent,
  TokenIssuedEvent,
  TokenRefusedEvent,
} from './events';
export type { JwtAuthOptions } from './http/options';
export { getJwt, requireJwt, type JwtMiddleware, type RequireJwtOptions } from './http/require-jwt';
export type { ThrottleCount, ThrottleOptions, ThrottleStore } from './issuing/throttle';
export { createJwtAuth, type JwtAuth } from './http/create-jwt-auth';
export type { Algorithm } from './keys/algorithms';
export type { KeyInput, KeyMaterial, KeyOptions, Keys } from './keys/key-ring';
export type { JwtClaims } from './tokens/claims';
export {
  memoryRevocations,
  type MemoryRevocationsOptions,
  type RevocationStore,
} from './tokens/revocation-store';
export type { VerifiedJwt } from './tokens/verifier';
