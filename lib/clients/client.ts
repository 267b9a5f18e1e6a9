/** A client: a program that may call the API. A field that is null or absent has its default. */
export interface Client {
  /**
   * The client ID: 1 to 256 visible ASCII characters. It becomes `sub` and `client_id` in the
   * token.
   */
  readonly clientId: string;
  /** The scopes of its tokens (RFC 6749 §3.3). Default: none. */
  readonly scopes?: readonly string[] | null | undefined;
  /**
   * Whether the client is disabled: it gets no token, and its tokens are refused. Default: false.
   */
  readonly disabled?: boolean | null | undefined;
  /**
   * The time before which issued tokens are refused: set it to now to end them all. A Date, or a
   * string in ISO 8601, which is what `bcryptVerifier` returns. Default: none.
   */
  readonly tokensValidAfter?: Date | string | null | undefined;
  /**
   * How long its tokens are valid, in seconds, 1 to 31,536,000. Default: the `expiresInSeconds` of
   * `createJwtAuth`.
   */
  readonly expiresInSeconds?: number | null | undefined;
  /**
   * More claims for its tokens. Claims that the package sets itself (`sub`, `exp`, `scope`, …) are
   * ignored. Default: none.
   */
  readonly claims?: Readonly<Record<string, unknown>> | null | undefined;
}

/** One secret of a client, as its bcrypt hash. */
export interface ClientSecret {
  /**
   * The bcrypt hash: `$2b$10$…`. The type allows `undefined` so that `process.env.X` compiles, but
   * it is rejected.
   */
  readonly hash: string | undefined;
  /** When the secret stops working. A Date, or a string in ISO 8601. Default: never. */
  readonly expiresAt?: Date | string | null | undefined;
  /** A name for people, shown in events: `2026-11`. Default: none. */
  readonly label?: string | null | undefined;
}

/**
 * A client with its secrets. Several can work at once, so you can rotate a secret without an
 * outage.
 */
export interface ClientRecord extends Client {
  /** The secrets of the client. Each one works until it expires. */
  readonly secrets: readonly ClientSecret[];
}

/**
 * The fields that decide whether a client's tokens are accepted. Times are milliseconds since 1970.
 */
export interface Standing {
  readonly disabled: boolean;
  readonly tokensValidAfterMs: number;
  /** The scopes of the client; undefined if its record has no `scopes`. */
  readonly scopes: readonly string[] | undefined;
}

/** A client whose fields have been checked and filled in. */
export interface CheckedClient extends Standing {
  readonly clientId: string;
  readonly expiresInSeconds: number | undefined;
  readonly claims: Readonly<Record<string, unknown>> | undefined;
}

/** The longest lifetime of a token: one year. A longer one is probably in the wrong unit. */
export const LONGEST_LIFETIME_SECONDS = 31_536_000;
