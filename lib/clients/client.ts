/** A client: a program that may call the API. Where a field is null or absent, its default holds. */
export interface Client {
  /** Its name: 1 to 256 visible ASCII characters. It becomes `sub` and `client_id` in the token. */
  readonly clientId: string;
  /** What its tokens may be used for (RFC 6749 §3.3). Default: none. */
  readonly scopes?: readonly string[] | null | undefined;
  /** A disabled client gets no token, and the tokens it has are refused. Default: false. */
  readonly disabled?: boolean | null | undefined;
  /**
   * Tokens issued before this moment are refused: set it to now to end them all. A Date, or a string in ISO 8601, which is
   * what `bcryptVerifier` answers with.
   */
  readonly tokensValidAfter?: Date | string | null | undefined;
  /** How long its tokens are valid, in seconds. Default: the `expiresInSeconds` of createJwtAuth. */
  readonly expiresInSeconds?: number | null | undefined;
  /** More claims for its tokens. Names that the package itself sets (`sub`, `exp`, `scope`, …) are left out. */
  readonly claims?: Readonly<Record<string, unknown>> | null | undefined;
}

/** One secret of a client, as its bcrypt hash. */
export interface ClientSecret {
  /** The bcrypt hash: `$2b$10$…`. `undefined` is in the type so that `process.env.X` compiles; it is refused. */
  readonly hash: string | undefined;
  /** From this moment on the secret is refused. A Date, or a string in ISO 8601. Default: never. */
  readonly expiresAt?: Date | string | null | undefined;
  /** A name for people, which events tell: "2026-11". Default: none. */
  readonly label?: string | null | undefined;
}

/** A client with its secrets. Several may be live at once: that is how a secret is rotated without an outage. */
export interface ClientRecord extends Client {
  readonly secrets: readonly ClientSecret[];
}

/** What decides whether a client's tokens are honoured. Times are milliseconds since 1970. */
export interface Standing {
  readonly disabled: boolean;
  readonly tokensValidAfterMs: number;
  /** The scopes that it has; undefined if its record does not name any. */
  readonly scopes: readonly string[] | undefined;
}

/** A client whose fields have been checked and filled in. */
export interface CheckedClient extends Standing {
  readonly clientId: string;
  readonly expiresInSeconds: number | undefined;
  readonly claims: Readonly<Record<string, unknown>> | undefined;
}

/** A year: no token lives longer, so that a slip in the unit is seen. */
export const LONGEST_LIFETIME_SECONDS = 31_536_000;
