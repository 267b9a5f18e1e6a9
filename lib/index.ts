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
  TokenRevokedEvent,
} from './events';
export { createJwtAuth, type JwtAuth } from './http/create-jwt-auth';
export { createJwtGuard, type JwtGuard } from './http/create-jwt-guard';
export type { JwksOptions, OAuthOptions } from './http/endpoint-options';
export type { JwtGuardOptions } from './http/guard-options';
export type { JwtAuthOptions } from './http/options';
export { getJwt, requireJwt, type JwtMiddleware, type RequireJwtOptions } from './http/require-jwt';
export type { AccessTokenVerifier, VerifiedAccessToken } from './http/verify-access-token';
export type { ThrottleCount, ThrottleOptions, ThrottleStore } from './issuing/throttle';
export type { Algorithm, AlgorithmName } from './keys/algorithms';
export type { KeyFinder, KeyHeader } from './keys/key-finder';
export type { Keys } from './keys/key-ring';
export type { KeyInput, KeyMaterial, KeyOptions } from './keys/parse-key';
export { memoryRevocations, type MemoryRevocationsOptions } from './stores/memory';
export type { JwtClaims } from './tokens/claims';
export type { TokenProfile } from './tokens/profiles';
export type { RevocationStore } from './tokens/revocation-store';
export type { VerifiedJwt } from './tokens/verified-jwt';
