import type { MaybePromise } from '../internal/maybe-promise';
import type { Client } from './client';

/** The credentials that a client sends to get a token. */
export interface ClientCredentials {
  /** The client ID: 1 to 256 visible ASCII characters. */
  readonly clientId: string;
  /** The secret: 1 to 1024 visible ASCII characters. */
  readonly clientSecret: string;
}

/** The reason why credentials were rejected. Events show it; the response never does. */
export type CredentialsRefusal =
  'unknown_client' | 'wrong_secret' | 'expired_secret' | 'disabled_client' | 'secret_too_long';

/** The details of a verifier's result. Events show them; the response never does. */
export interface VerificationDetails {
  /** Why the credentials were rejected. */
  readonly reason?: CredentialsRefusal | undefined;
  /** The label of the secret that was used. */
  readonly secretLabel?: string | undefined;
}

/** The context of one call to a verifier, which may ignore it. */
export interface VerificationContext {
  /**
   * Aborted when no more work is needed: the caller has disconnected, the time limit has passed, or
   * the credentials were rejected.
   */
  readonly signal?: AbortSignal | undefined;
  /** Adds details about the result to the event. */
  readonly explain?: ((details: VerificationDetails) => void) | undefined;
}

/** The lookup of clients after their tokens were issued. */
export interface ClientLookup {
  /**
   * Finds the client as it is now; undefined or null if it is gone or disabled. Without `find`, a
   * token is valid until it expires. If the client has `scopes`, its tokens grant no others.
   * Rejects if the lookup fails.
   */
  find?(clientId: string): MaybePromise<Client | null | undefined>;
  /**
   * Whether `find` reads from a copy that it keeps current. The guard then does not cache its
   * results for `clientCacheSeconds`. Default: false.
   */
  readonly selfCaching?: boolean | undefined;
  /** Releases resources; called by `auth.close()`. */
  close?(): Promise<void>;
}

/** The verifier of client credentials. {@link bcryptVerifier} is the standard one. */
export interface ClientVerifier extends ClientLookup {
  /**
   * Finds the client that these credentials prove; undefined or null if they are wrong. Rejects
   * only if that cannot be decided: the response is then 500 instead of 403. A wrong secret must
   * take as long as an unknown ID, or timing reveals which IDs exist.
   */
  verify(
    credentials: ClientCredentials,
    context?: VerificationContext,
  ): Promise<Client | null | undefined>;
  /**
   * Notes that a client has used its secret. It is called in the background, for each secret once an
   * hour at most. A rejection is an outage event. Default: uses are not noted.
   *
   * @param label The label of the secret, if `explain` named it.
   */
  noteUse?(clientId: string, label: string | undefined, at: Date): MaybePromise<void>;
}
