import { readFileSync } from 'node:fs';

import { RecordIndex } from '../clients/bcrypt/check-record';
import type { ClientRecord } from '../clients/client';
import type { ChangeRecord, EditableClientStore, ListOptions, SecretUse } from '../clients/store';
import { expected } from '../internal/assert';
import { callback, clock, flag, resolveOptions, type Option } from '../internal/options';
import {
  changeClient,
  clientsFile,
  readClients,
  readError,
  type ClientsFile,
} from './clients-file';
import { ClientsParser } from './clients-text';
import { listFrom } from './editable';
import { ABSENT, look, lookSync } from './file-look';
import { usesFileOf, type UsesFile } from './uses-file';

export type { ChangeRecord, EditableClientStore, ListOptions, SecretUse } from '../clients/store';

/** The options of {@link fileStore}. */
export interface FileStoreOptions {
  /**
   * Called with the error if a changed file cannot be used; the previous clients stay. Default: a
   * process warning.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /**
   * Whether to start with no clients if the file is missing, and create it at the first change.
   * Otherwise a missing file throws. Default: false.
   */
  readonly create?: boolean | undefined;
  /** The time in milliseconds since 1970, read on each use. Default: `Date.now()`. */
  readonly clock?: (() => number) | undefined;
}

/**
 * One row per option of `fileStore`.
 *
 * @internal
 */
export const FILE_STORE_OPTIONS = {
  onError: callback<((error: unknown) => void) | undefined>(undefined, 'a process warning'),
  create: flag(false),
  clock,
} satisfies Record<keyof FileStoreOptions, Option<unknown>>;

/** How long the clients are used before the file is checked again, in milliseconds. */
const LOOK_AGAIN_MS = 1000;
/**
 * The size of the largest file that callers wait for. While a larger one is read, they get the
 * previous clients.
 */
const MOST_AWAITED_BYTES = 2 ** 20;

/**
 * Creates a store of clients in a JSON file, `{ "clients": [ … ] }`, with the fields of a `ClientRecord`. When it is used, it checks the file for changes, at most once a second. An edit
 * therefore takes effect within a second, even if another file replaces this one (editors,
 * Kubernetes, the command-line tool). A file larger than 1 MiB is read while the previous clients
 * stay in use, which takes a second for 100,000 clients. If an edit is malformed, the previous
 * clients stay and `onError` is called.
 *
 * @throws TypeError that names the client and the field if the file is malformed, and an Error if
 *   it cannot be read.
 *
 * @example
 * ```ts
 * const verifier = bcryptVerifier(fileStore('clients.json'));
 * ```
 */
export function fileStore(file: string, options: FileStoreOptions = {}): EditableClientStore {
  if (typeof file !== 'string' || file === '')
    throw expected('fileStore: file', 'the path of a file', file);
  return new FileStore(file, options);
}

class FileStore implements EditableClientStore {
  /** The guard calls `find` every time, so that an edit applies to tokens as soon as to secrets. */
  readonly selfCaching = true;
  readonly #file: ClientsFile;
  readonly #onError: (error: unknown) => void;
  readonly #clock: () => number;
  readonly #uses: UsesFile;
  #records: Map<string, ClientRecord>;
  /** The state of the file when it was last read, whether or not it was valid. */
  #state: string;
  #lookedAtMs: number;
  #looking: Promise<void> | undefined;
  #reading: Promise<void> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  /** How often this store has changed the file. */
  #changes = 0;

  constructor(file: string, options: FileStoreOptions) {
    const settings = resolveOptions(options, 'fileStore', FILE_STORE_OPTIONS);
    this.#file = clientsFile(file, settings.create);
    this.#onError = settings.onError ?? warnOf(this.#file.path);
    this.#clock = settings.clock;
    this.#uses = usesFileOf(this.#file.path);
    this.#state = lookSync(this.#file.path).state;
    this.#records = readSync(this.#file, this.#state);
    this.#lookedAtMs = this.#clock();
  }

  find(clientId: string): ClientRecord | undefined | Promise<ClientRecord | undefined> {
    if (!this.#isDue()) return this.#records.get(clientId);
    return this.#refresh().then(() => this.#records.get(clientId));
  }

  async list(options: ListOptions = {}): Promise<readonly ClientRecord[]> {
    if (this.#isDue()) await this.#refresh();
    return listFrom(this.#records, options);
  }

  update(clientId: string, change: ChangeRecord): Promise<ClientRecord | undefined> {
    // One after the other, so that two changes of one process do not wait for each other's lock.
    const result = this.#writing.then(async () => {
      const changed = await changeClient(this.#file, clientId, change);
      if (changed === undefined) this.#records.delete(clientId);
      else this.#records.set(clientId, changed);
      this.#changes++;
      // The next call reads the file again, because another process may have changed it too.
      this.#lookedAtMs = -Infinity;
      return changed;
    });
    this.#writing = result.catch(() => undefined);
    return result;
  }

  noteUse(clientId: string, label: string | undefined, at: Date): Promise<void> {
    return this.#uses.note({ clientId, label: label ?? null, at });
  }

  findUses(clientIds: readonly string[]): Promise<readonly SecretUse[]> {
    return this.#uses.find(clientIds);
  }

  #isDue(): boolean {
    const now = this.#clock();
    return now < this.#lookedAtMs || now >= this.#lookedAtMs + LOOK_AGAIN_MS;
  }

  /** Reads the file if it has changed. Never rejects. */
  #refresh(): Promise<void> {
    this.#looking ??= this.#lookAgain().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookAgain(): Promise<void> {
    const { path } = this.#file;
    const lookedAtMs = this.#clock();
    try {
      if (this.#reading !== undefined) return;
      const { state, bytes } = await look(path);
      if (state === this.#state) return;
      this.#reading = this.#read(state).finally(() => {
        this.#reading = undefined;
      });
      if (bytes <= MOST_AWAITED_BYTES) await this.#reading;
    } catch (error) {
      this.#tell(error);
    } finally {
      this.#lookedAtMs = lookedAtMs;
    }
  }

  /** Reads the file, which is in this state. Never rejects. */
  async #read(state: string): Promise<void> {
    const index = indexOf(this.#file.path);
    const changes = this.#changes;
    try {
      await readClients(this.#file.path, (record) => {
        index.add(record);
      });
      // A change made meanwhile may be missing, so the file is read again.
      if (changes !== this.#changes) return;
      this.#state = state;
      this.#records = index.records;
    } catch (error) {
      // A missing or malformed file is reported once; a failed read is tried again.
      if (error instanceof TypeError || state === ABSENT) this.#state = state;
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    try {
      this.#onError(error);
    } catch {
      // An error in the callback must not affect the clients.
    }
  }
}

function warnOf(file: string): (error: unknown) => void {
  return (error) => {
    process.emitWarning(
      `express-client-jwt: could not reload ${file}; still using the previous clients. ${String(error)}`,
    );
  };
}

function readSync({ path, create }: ClientsFile, state: string): Map<string, ClientRecord> {
  if (state === ABSENT && create) return new Map();
  const parser = new ClientsParser(path);
  const index = indexOf(path);
  for (const record of [...parser.feed(readText(path)), ...parser.end()]) index.add(record);
  return index.records;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw readError(cause, file);
  }
}

/** Creates an index that checks the records of a file, and keeps them as they are. */
function indexOf(file: string): RecordIndex<ClientRecord> {
  return new RecordIndex(`${file}: clients`, (record) => record);
}
