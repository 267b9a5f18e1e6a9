import type { MaybePromise } from '../internal/maybe-promise';
import type { Client } from './client';

/** What a client sends to get a token. */
export interface ClientCredentials {
  /** 1 to 256 visible ASCII characters. */
  readonly clientId: string;
  /** 1 to 1024 visible ASCII characters. */
  readonly clientSecret: string;
}

/** Why credentials were refused. The caller never learns it; events do. */
export type CredentialsRefusal =
  'unknown_client' | 'wrong_secret' | 'expired_secret' | 'disabled_client' | 'secret_too_long';

/** What a verifier may say about its result. It goes into events and never to the caller. */
export interface VerificationDetails {
  /** Why there is no client. */
  readonly reason?: CredentialsRefusal | undefined;
  /** The label of the secret that was used. */
  readonly secretLabel?: string | undefined;
}

/** What a verifier is lent for one call. A verifier may ignore it. */
export interface VerificationContext {
  /**
   * Aborted once there is nothing more to do: the caller has hung up, the time is over, or the
   * result was not a client that may have a token.
   */
  readonly signal?: AbortSignal | undefined;
  /** Says more about the result than the caller may know; it goes into the event. */
  readonly explain?: ((details: VerificationDetails) => void) | undefined;
}

/** How clients are looked up after their tokens were issued. */
export interface ClientLookup {
  /**
   * Finds the client as it stands now; undefined once it is gone or disabled. Without this function
   * a token is good until it expires. If the client names its scopes, a token grants no others.
   * Rejects if it could not tell.
   */
  find?(clientId: string): MaybePromise<Client | null | undefined>;
  /**
   * Whether `find` reads from a copy that it keeps up to date by itself. The guard then keeps no
   * result for `clientCacheSeconds`. Default: false.
   */
  readonly selfCaching?: boolean | undefined;
  /** Releases what it holds; called by `auth.close()`. */
  close?(): Promise<void>;
}

/** Who may have a token. {@link bcryptVerifier} is the standard one. */
export interface ClientVerifier extends ClientLookup {
  /**
   * Finds the client that these credentials prove, or undefined. Rejects only if it could not tell:
   * the response is then 500, never 403. A wrong secret must take as long as an unknown id, or the
   * clock reveals which ids exist.
   */
  verify(
    credentials: ClientCredentials,
    context?: VerificationContext,
  ): Promise<Client | null | undefined>;
}
