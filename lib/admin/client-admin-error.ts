/** The reason why a change to a client was refused. */
export type ClientAdminErrorCode =
  | 'ERR_CLIENT_EXISTS'
  | 'ERR_CLIENT_NOT_FOUND'
  | 'ERR_LABEL_TAKEN'
  | 'ERR_LABEL_NOT_FOUND'
  | 'ERR_LABEL_AMBIGUOUS'
  | 'ERR_LAST_SECRET';

/**
 * The error of a refused change; the client is unchanged. The message contains no secret.
 *
 * @example
 * ```ts
 * await admin.add('reports').catch((error: unknown) => {
 *   const exists = error instanceof ClientAdminError && error.code === 'ERR_CLIENT_EXISTS';
 *   if (!exists) throw error;
 * });
 * ```
 */
export class ClientAdminError extends Error {
  /** Always `ClientAdminError`. */
  override readonly name = 'ClientAdminError';
  /** The stable code for programs. */
  readonly code: ClientAdminErrorCode;

  /** Creates the error with its code and a message. */
  constructor(code: ClientAdminErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
