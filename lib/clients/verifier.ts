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

/** What a verifier may say about its answer, for events only. */
export interface VerificationDetails {
  /** Why the answer is no. */
  readonly reason?: CredentialsRefusal | undefined;
  /** The label of the secret that was used. */
  readonly secretLabel?: string | undefined;
}

/** What the token route lends a verifier for one question. A verifier may ignore it. */
export interface VerificationContext {
  /** Aborted once there is nothing more to do: the caller has hung up, the time is over, or the answer was not a client that may have a token. */
  readonly signal?: AbortSignal | undefined;
  /** Says more about the answer than the caller may know; it goes into the event. */
  readonly explain?: ((details: VerificationDetails) => void) | undefined;
}

/** Who may have a token: the one thing that an app has to bring. {@link bcryptVerifier} is the standard one. */
export interface ClientVerifier {
  /**
   * The client that these credentials prove, or undefined. Rejects only where it could not tell: that is answered
   * 500, never 403. A wrong secret must take as long as an unknown id, or ids can be guessed by the clock.
   */
  verify(
    credentials: ClientCredentials,
    context?: VerificationContext,
  ): Promise<Client | undefined>;
  /**
   * The client as it stands now, for a token already issued; undefined once it is gone or disabled. Without this
   * function a token is good until it expires. Rejects where it could not tell.
   */
  find?(clientId: string): Promise<Client | undefined> | Client | undefined;
  /** Lets go of what the verifier holds; called by `auth.close()`. */
  close?(): Promise<void>;
}
