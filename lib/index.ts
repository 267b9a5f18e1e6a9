export { bcryptVerifier, type BcryptVerifierOptions } from './clients/bcrypt/bcrypt-verifier';
export { hashSecret } from './clients/bcrypt/hash-secret';
export type { Client, ClientRecord, ClientSecret } from './clients/client';
export type { ClientStore } from './clients/store';
export type {
  ClientCredentials,
  ClientLookup,
  ClientVerifier,
  CredentialsRefusal,
  VerificationContext,
  VerificationDetails,
} from './clients/verifier';
export { JwtAuthError, type JwtAuthErrorCode, type JwtAuthErrorOptions } from './errors';
export type {
  JwtAuthEvent,
  JwtRefusedEvent,
  OutageEvent,
  TokenIssuedEvent,
  TokenRefusedEvent,
} from './events';
export { createJwtAuth, type JwtAuth } from './http/create-jwt-auth';
export { createJwtGuard, type JwtGuard } from './http/create-jwt-guard';
export type { JwtAuthOptions, JwtGuardOptions } from './http/options';
export { getJwt, requireJwt, type JwtMiddleware, type RequireJwtOptions } from './http/require-jwt';
export type { AccessTokenVerifier, VerifiedAccessToken } from './http/verify-access-token';
export type { ThrottleCount, ThrottleOptions, ThrottleStore } from './issuing/throttle';
export type { Algorithm, AlgorithmName } from './keys/algorithms';
export type { Keys } from './keys/key-ring';
export type { KeyInput, KeyMaterial, KeyOptions } from './keys/parse-key';
export { memoryRevocations, type MemoryRevocationsOptions } from './stores/memory';
export type { JwtClaims } from './tokens/claims';
export type { RevocationStore } from './tokens/revocation-store';
export type { VerifiedJwt } from './tokens/verified-jwt';
