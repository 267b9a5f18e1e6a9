import type { CredentialsRefusal } from './clients/verifier';
import type { JwtAuthErrorCode } from './errors';

/** What the request adds to its event. */
export interface EventContext {
  /** The address of the caller: Express's `req.ip`, which depends on `trust proxy`. */
  readonly address: string | undefined;
  /** How long the response took, in milliseconds, to a tenth. */
  readonly durationMs: number;
}

/** A client got a token. */
export interface TokenIssuedEvent extends EventContext {
  readonly type: 'token.issued';
  readonly clientId: string;
  /** The name of the token. */
  readonly jti: string;
  /** The name of the key that signed it. */
  readonly kid: string | undefined;
  /** The label of the secret that the client used: shows when an old one is idle. */
  readonly secretLabel: string | undefined;
}

/**
 * A client got no token. `token.throttled`: it had failed too often (429). `token.overloaded`: too many secrets were
 * waiting to be hashed (503). `token.refused`: everything else, with its `code`.
 */
export interface TokenRefusedEvent extends EventContext {
  readonly type: 'token.refused' | 'token.throttled' | 'token.overloaded';
  readonly code: JwtAuthErrorCode;
  /** The reason that the answer hides, where the verifier gave one. */
  readonly reason: CredentialsRefusal | undefined;
  /** The client id that was sent, where it is well-formed. */
  readonly clientId: string | undefined;
  readonly secretLabel: string | undefined;
}

/** The guard refused a request. */
export interface JwtRefusedEvent extends EventContext {
  readonly type: 'jwt.refused';
  readonly code: JwtAuthErrorCode;
  /** The client, the name and the key of the token, once its signature has been found good. */
  readonly clientId: string | undefined;
  readonly jti: string | undefined;
  readonly kid: string | undefined;
}

/** Something that an answer depends on failed. */
export interface OutageEvent {
  readonly type: 'outage';
  /**
   * What failed: the verifier's `verify` (`verifier`) or `find` (`clients`), a hashing thread that died at work
   * (`thread`), the signing of a token, the store of the throttle, or that of revoked tokens, or the guard itself, as by a
   * `clock` that throws.
   */
  readonly source:
    'verifier' | 'clients' | 'thread' | 'signer' | 'throttle' | 'revocations' | 'guard';
  /** What it threw or rejected with. It is the app's own error: what is in it is for the app to know. */
  readonly cause: unknown;
  readonly clientId: string | undefined;
}

/** What `onEvent` is told. No event holds a secret, a hash or a token. */
export type JwtAuthEvent = TokenIssuedEvent | TokenRefusedEvent | JwtRefusedEvent | OutageEvent;

/** An event of a request, before the request has added its context. */
export type RequestEvent =
  | Omit<TokenIssuedEvent, keyof EventContext>
  | Omit<TokenRefusedEvent, keyof EventContext>
  | Omit<JwtRefusedEvent, keyof EventContext>;

/** An outage as it is found, before it becomes an event. */
export type Outage = Omit<OutageEvent, 'type'>;
