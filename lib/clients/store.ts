import type { MaybePromise } from '../internal/maybe-promise';
import type { ClientRecord } from './client';

/** Where client records are: the one function to write for a database of your own. */
export interface ClientStore {
  /**
   * Finds the record with exactly this id: an object with the fields of {@link ClientRecord}, which
   * is checked; undefined or null if there is none. Rejects if it could not tell.
   */
  find(clientId: string): MaybePromise<object | null | undefined>;
  /**
   * Whether `find` reads from a copy that the store keeps up to date by itself, so that no result
   * needs to be kept. Default: false.
   */
  readonly selfCaching?: boolean | undefined;
  /** Releases what the store holds; called when the verifier is closed. */
  close?(): Promise<void>;
}

/** Which part of the clients to list. */
export interface ListOptions {
  /** Only ids that come after this one. Default: from the first. */
  readonly after?: string | undefined;
  /** At most this many, 1 to 100,000. Default: 1000. */
  readonly limit?: number | undefined;
}

/** A store whose clients can be changed, one at a time. */
export interface EditableClientStore extends ClientStore {
  find(clientId: string): MaybePromise<ClientRecord | null | undefined>;
  /**
   * Lists clients in the order of their ids, by code units. Rejects if the store fails, and with a
   * TypeError if the limit is malformed.
   */
  list(options?: ListOptions): Promise<readonly ClientRecord[]>;
  /**
   * Changes one client, all or nothing: of two changes at once neither is lost. Resolves to the new
   * record. Rejects with a TypeError, and changes nothing, if the new record is malformed or has
   * another id; also with what `change` throws, and if the store fails.
   *
   * @param change Receives the record, or undefined, and returns the new one, or undefined to
   *   remove it. It may be called again if another change came first.
   */
  update(clientId: string, change: ChangeRecord): Promise<ClientRecord | undefined>;
}

/** Changes a record. */
export type ChangeRecord = (record: ClientRecord | undefined) => ClientRecord | undefined;
