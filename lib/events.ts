import type { CredentialsRefusal } from './clients/verifier';
import type { JwtAuthErrorCode } from './errors';

/** The fields that the request adds to its event. */
export interface EventContext {
  /** The address of the caller: Express's `req.ip`, which depends on `trust proxy`. */
  readonly address: string | undefined;
  /** How long the response took, in milliseconds, rounded to 0.1. */
  readonly durationMs: number;
}

/** A client got a token. */
export interface TokenIssuedEvent extends EventContext {
  /** The type of the event. */
  readonly type: 'token.issued';
  /** The client ID. */
  readonly clientId: string;
  /** The ID of the token. */
  readonly jti: string;
  /** The ID of the key that signed it; undefined if the key has none. */
  readonly kid: string | undefined;
  /** The label of the secret that the client used. It shows when an old secret is unused. */
  readonly secretLabel: string | undefined;
}

/** A client revoked one of its own tokens at the revocation endpoint. */
export interface TokenRevokedEvent extends EventContext {
  /** The type of the event. */
  readonly type: 'token.revoked';
  /** The client ID. */
  readonly clientId: string;
  /** The ID of the token. */
  readonly jti: string;
}

/**
 * A client got no token, or was refused at another OAuth endpoint. `token.throttled`: too many failed attempts (429). `token.overloaded`: too
 * many secrets were waiting to be hashed (503). `token.refused`: any other reason, with its `code`.
 */
export interface TokenRefusedEvent extends EventContext {
  /** The type of the event. */
  readonly type: 'token.refused' | 'token.throttled' | 'token.overloaded';
  /** The error code. */
  readonly code: JwtAuthErrorCode;
  /**
   * The reason that the response does not reveal, if the verifier gave one. `abandoned`: the caller
   * has hung up, and the verifier gave up.
   */
  readonly reason: CredentialsRefusal | 'abandoned' | undefined;
  /** The client ID that was sent, if it is well-formed. */
  readonly clientId: string | undefined;
  /** The label of the secret that was used, if one matched. */
  readonly secretLabel: string | undefined;
}

/** The guard refused a request. */
export interface JwtRefusedEvent extends EventContext {
  /** The type of the event. */
  readonly type: 'jwt.refused';
  /** The error code. */
  readonly code: JwtAuthErrorCode;
  /** The client ID of the token, if its signature is valid. */
  readonly clientId: string | undefined;
  /** The ID of the token, if its signature is valid. */
  readonly jti: string | undefined;
  /** The ID of its key, if its signature is valid and the key has one. */
  readonly kid: string | undefined;
}

/** Something that a response depends on failed. */
export interface OutageEvent {
  /** The type of the event. */
  readonly type: 'outage';
  /**
   * The part that failed. `verifier` and `clients` are `verify` and `find` of the verifier.
   * `thread` is a hashing thread that ended during a task, `signer` is the signing of a token.
   * `throttle` and `revocations` are the stores of these options. `uses` is `noteUse` of the
   * verifier or its store. `keys` are the keys of another issuer. `guard` is the guard itself, for
   * example if your `clock` throws.
   */
  readonly source:
    | 'verifier'
    | 'clients'
    | 'thread'
    | 'signer'
    | 'throttle'
    | 'revocations'
    | 'uses'
    | 'keys'
    | 'guard';
  /** What it threw or rejected with, unchanged. Check what it contains before you log it. */
  readonly cause: unknown;
  /** The client ID, if the failure concerns one client. */
  readonly clientId: string | undefined;
}

/** An event for `onEvent`. The package puts no secret, hash or token into an event. */
export type JwtAuthEvent =
  TokenIssuedEvent | TokenRefusedEvent | TokenRevokedEvent | JwtRefusedEvent | OutageEvent;

/** An event of a request, without its {@link EventContext}. */
export type RequestEvent =
  | Omit<TokenIssuedEvent, keyof EventContext>
  | Omit<TokenRefusedEvent, keyof EventContext>
  | Omit<TokenRevokedEvent, keyof EventContext>
  | Omit<JwtRefusedEvent, keyof EventContext>;

/** An outage, without the type of its event. */
export type Outage = Omit<OutageEvent, 'type'>;
