export { bcryptVerifier, type BcryptVerifierOptions } from './clients/bcrypt-verifier';
export type { Client, ClientRecord, ClientSecret } from './clients/client';
export { hashSecret } from './clients/hashing';
export type { ClientStore } from './clients/records';
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
export type { ThrottleCount, ThrottleOptions, ThrottleStore } from './http/throttle';
export { createJwtAuth, type JwtAuth } from './http/router';
export type { Algorithm } from './keys/algorithms';
export type { KeyInput, KeyMaterial, KeyOptions, Keys } from './keys/key-ring';
export type { JwtClaims } from './tokens/claims';
export {
  memoryRevocations,
  type MemoryRevocationsOptions,
  type RevocationStore,
} from './tokens/revocation';
export type { VerifiedJwt } from './tokens/verifier';
