import type { ClientRecord } from '../clients/client';
import type { ChangeRecord, EditableClientStore, ListOptions, SecretUse } from '../clients/store';
import { expected } from '../internal/assert';
import { callback, clock, flag, resolveOptions, type Option } from '../internal/options';
import {
  changeClient,
  clientsFile,
  createClientsIndex,
  readError,
  type ClientsFile,
  type Records,
} from './clients-file';
import { listFrom } from './editable';
import { ABSENT, look, lookSync } from './file-look';
import { FileChangedError, readClients, readClientsSync } from './read-clients';
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
 * The size of the largest file that all callers wait for. While a larger one is read, they get the
 * previous clients, unless those may be old.
 */
const MOST_AWAITED_BYTES = 2 ** 20;
/** How long after they were confirmed the clients may be used without waiting, in milliseconds. */
const TRUSTED_MS = 5000;

/**
 * Creates a store of clients in a JSON file, `{ "clients": [ … ] }`, with the fields of a
 * `ClientRecord`. When it is used, it checks the file for changes, at most once a second. An edit
 * therefore takes effect within a second, even if another file replaces this one (editors,
 * Kubernetes, the command-line tool). While a file larger than 1 MiB is read, the previous clients
 * stay in use, for at most five seconds; 100,000 clients take about a second. If an edit is
 * malformed, the previous clients stay and `onError` is called. Records are frozen.
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
  #records: Records;
  /** The state of the file when it was last read, whether or not it was valid. */
  #state: string;
  #lookedAtMs: number;
  /** When the clients were last confirmed to be those of the file. */
  #confirmedAtMs: number;
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
    this.#confirmedAtMs = this.#lookedAtMs;
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
      const changed = await changeClient(this.#file, clientId, change, this.#records);
      // The next call waits until the file is read again.
      this.#changes++;
      this.#lookedAtMs = -Infinity;
      this.#confirmedAtMs = -Infinity;
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
    return !this.#isWithin(this.#lookedAtMs, LOOK_AGAIN_MS);
  }

  /** Checks the start too, because the clock of a machine may be set back. */
  #isWithin(startMs: number, ms: number): boolean {
    const now = this.#clock();
    return startMs <= now && now < startMs + ms;
  }

  /** Reads the file if it has changed. Never rejects. */
  #refresh(): Promise<void> {
    this.#looking ??= this.#lookAfterChanges().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Looks again if this store changes the file meanwhile. */
  async #lookAfterChanges(): Promise<void> {
    let changes: number;
    do {
      changes = this.#changes;
      await this.#lookAgain();
    } while (changes !== this.#changes);
  }

  async #lookAgain(): Promise<void> {
    const lookedAtMs = this.#clock();
    try {
      const mustWait = !this.#isWithin(this.#confirmedAtMs, TRUSTED_MS);
      if (mustWait) await this.#reading;
      if (this.#reading !== undefined) return;
      const confirm = this.#confirmation();
      const { state, bytes } = await look(this.#file.path);
      if (state === this.#state) confirm();
      else {
        this.#reading = this.#read(state, confirm).finally(() => {
          this.#reading = undefined;
        });
        if (mustWait || bytes <= MOST_AWAITED_BYTES) await this.#reading;
      }
    } catch (error) {
      this.#tell(error);
    } finally {
      this.#lookedAtMs = lookedAtMs;
    }
  }

  /**
   * Creates a function that confirms the clients as of now, unless this store changes the file
   * before it is called.
   */
  #confirmation(): () => void {
    const changes = this.#changes;
    const nowMs = this.#clock();
    return () => {
      if (changes === this.#changes) this.#confirmedAtMs = nowMs;
    };
  }

  /** Reads the file, which was in this state. Never rejects. */
  async #read(state: string, confirm: () => void): Promise<void> {
    const index = createClientsIndex(this.#file.path, this.#records);
    try {
      await readClients(this.#file.path, index.add);
      this.#state = state;
      this.#records = index.records;
      confirm();
    } catch (error) {
      // The next look reads it again.
      if (error instanceof FileChangedError) return;
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

function readSync({ path, create }: ClientsFile, state: string): Records {
  if (state === ABSENT && create) return new Map();
  const index = createClientsIndex(path, new Map());
  try {
    readClientsSync(path, index.add);
    return index.records;
  } catch (cause) {
    throw readError(cause, path);
  }
}
