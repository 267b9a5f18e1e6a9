import type { MaybePromise } from '../internal/maybe-promise';
import type { ClientRecord } from './client';

/** Where client records live: the one function to write for a database of your own. */
export interface ClientStore {
  /** The record with exactly this id; undefined or null where there is none. Rejects where it could not tell. */
  find(clientId: string): MaybePromise<ClientRecord | null | undefined>;
  /** Lets go of what the store holds; called when the verifier is closed. */
  close?(): Promise<void>;
}

/** Which part of the clients to list. */
export interface ListOptions {
  /** Those whose ids come after this one. Default: from the first. */
  readonly after?: string | undefined;
  /** At most this many, 1 to 100,000. Default: 1000. */
  readonly limit?: number | undefined;
}

/** A store whose clients can be changed, one at a time: what the command-line tool works on. */
export interface EditableClientStore extends ClientStore {
  /** Clients in the order of their ids, by code units. Rejects where the store fails, with a TypeError where the limit is malformed. */
  list(options?: ListOptions): Promise<readonly ClientRecord[]>;
  /**
   * Changes one client, all or nothing: of two changes at once neither is lost. Resolves to the record as it now is.
   * Rejects with a TypeError, and changes nothing, where the new record is malformed or has another id; and with what
   * `change` throws, and where the store fails.
   *
   * @param change is given the record as it stands, or undefined, and returns the new one, or undefined to remove it.
   *   It may be called again where another change came first.
   */
  update(clientId: string, change: ChangeRecord): Promise<ClientRecord | undefined>;
}

/** How a record changes. */
export type ChangeRecord = (record: ClientRecord | undefined) => ClientRecord | undefined;
