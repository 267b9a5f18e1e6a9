/** Why a change to a client was refused. */
export type ClientAdminErrorCode =
  | 'ERR_CLIENT_EXISTS'
  | 'ERR_CLIENT_NOT_FOUND'
  | 'ERR_LABEL_TAKEN'
  | 'ERR_LABEL_NOT_FOUND'
  | 'ERR_LABEL_AMBIGUOUS'
  | 'ERR_LAST_SECRET';

/** A change to a client that was refused; nothing was changed. The message holds no secret. */
export class ClientAdminError extends Error {
  override readonly name = 'ClientAdminError';
  /** The stable word that a program can switch on. */
  readonly code: ClientAdminErrorCode;

  constructor(code: ClientAdminErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
