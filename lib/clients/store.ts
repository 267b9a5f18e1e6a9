import type { MaybePromise } from '../internal/maybe-promise';
import type { ClientRecord } from './client';

/** A store of client records. For your own database, write `find`. */
export interface ClientStore {
  /**
   * Finds the record with exactly this ID: an object with the fields of {@link ClientRecord}. The
   * verifier checks the record. Returns undefined or null if there is none. Rejects if the lookup
   * fails.
   */
  find(clientId: string): MaybePromise<object | null | undefined>;
  /**
   * Whether `find` reads from a copy that the store keeps current, so that its results need no
   * cache. Default: false.
   */
  readonly selfCaching?: boolean | undefined;
  /**
   * Notes that a secret was used to authenticate. It is called in the background, for each secret
   * once an hour at most from each process. A store that others write too keeps the latest time. A
   * rejection is an outage event. Default: uses are not noted.
   *
   * @param label The label of the secret; undefined if it has none.
   */
  noteUse?(clientId: string, label: string | undefined, at: Date): MaybePromise<void>;
  /** Releases the resources of the store; called when the verifier is closed. */
  close?(): Promise<void>;
}

/** The last use of a secret. */
export interface SecretUse {
  /** The client of the secret. */
  readonly clientId: string;
  /** The label of the secret; null if it has none. */
  readonly label: string | null;
  /** When the secret was last used, to the hour. */
  readonly at: Date;
}

/** The options of `list`. */
export interface ListOptions {
  /** Lists only IDs that sort after this one. Default: from the first. */
  readonly after?: string | undefined;
  /** The most clients to list, 1 to 100,000. Default: 1000. */
  readonly limit?: number | undefined;
}

/** A store whose clients can be changed, one at a time. */
export interface EditableClientStore extends ClientStore {
  /** Finds the record with exactly this ID; undefined or null if there is none. */
  find(clientId: string): MaybePromise<ClientRecord | null | undefined>;
  /**
   * Lists clients in the order of their IDs, by code units. Rejects if the store fails, and with a
   * TypeError if the limit is malformed.
   */
  list(options?: ListOptions): Promise<readonly ClientRecord[]>;
  /**
   * Changes one client atomically: concurrent changes do not overwrite each other. Resolves to the
   * new record; undefined if it is removed. Rejects with a TypeError, and changes nothing, if the
   * new record is malformed or has another ID. Also rejects with what `change` throws, and if the
   * store fails.
   *
   * @param change Receives the record, or undefined if there is none. Returns the new record, or
   *   undefined to remove it. It is called again if another change came first.
   */
  update(clientId: string, change: ChangeRecord): Promise<ClientRecord | undefined>;
  /**
   * Finds the last uses of the secrets of these clients, as `noteUse` has noted them. Rejects if the
   * store fails. Default: uses are not known.
   */
  findUses?(clientIds: readonly string[]): Promise<readonly SecretUse[]>;
}

/** A function that returns the changed record: see {@link EditableClientStore.update}. */
export type ChangeRecord = (record: ClientRecord | undefined) => ClientRecord | undefined;
