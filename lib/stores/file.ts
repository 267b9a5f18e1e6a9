import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';

import { indexRecords } from '../clients/bcrypt/check-record';
import type { ClientRecord } from '../clients/client';
import type { ChangeRecord, EditableClientStore, ListOptions, SecretUse } from '../clients/store';
import { expected } from '../internal/assert';
import { codeOf } from '../internal/errors';
import { callback, clock, flag, resolveOptions, type Option } from '../internal/options';
import { withTimeout } from '../internal/timeout';
import {
  changeClient,
  clientsFile,
  parseClients,
  readError,
  type ClientsFile,
  type Records,
} from './clients-file';
import { listFrom } from './editable';
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
/** The time limit of a read, in milliseconds: a network drive may hang. */
const READ_TIMEOUT_MS = 5000;
/** The state of a file that does not exist. */
const ABSENT = 'absent';

/**
 * Creates a store of clients in a JSON file, `{ "clients": [ … ] }`, with the fields of a `ClientRecord`. When it is used, it checks the file for changes, at most once a second. An edit
 * therefore takes effect within a second, even if another file replaces this one (editors,
 * Kubernetes, the command-line tool). If an edit is malformed, the previous clients stay and
 * `onError` is called.
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
  #look: string;
  #lookedAtMs: number;
  #reading: Promise<void> | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(file: string, options: FileStoreOptions) {
    const settings = resolveOptions(options, 'fileStore', FILE_STORE_OPTIONS);
    this.#file = clientsFile(file, settings.create);
    this.#onError = settings.onError ?? warnOf(this.#file.path);
    this.#clock = settings.clock;
    this.#uses = usesFileOf(this.#file.path);
    this.#look = lookSync(this.#file.path);
    this.#records = readSync(this.#file, this.#look);
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
      // The next call reads the file again, because it may have been replaced since.
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

  /** Reads the file if it has changed, once at a time. Never rejects. */
  #refresh(): Promise<void> {
    this.#reading ??= this.#readIfChanged().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readIfChanged(): Promise<void> {
    const { path } = this.#file;
    const lookedAtMs = this.#clock();
    try {
      const seen = await inTime(look(path), path);
      if (seen === this.#look) return;
      // A missing or malformed file is reported once; a failed read is tried again.
      if (seen === ABSENT) this.#look = seen;
      const text = await inTime(readFile(path, 'utf8'), path);
      this.#look = seen;
      this.#records = checkedRecords(text, path);
    } catch (error) {
      this.#tell(error);
    } finally {
      this.#lookedAtMs = lookedAtMs;
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

function inTime<T>(reading: Promise<T>, file: string): Promise<T> {
  const message = `${file} could not be read within ${String(READ_TIMEOUT_MS)} ms.`;
  return withTimeout(reading, READ_TIMEOUT_MS, message);
}

function warnOf(file: string): (error: unknown) => void {
  return (error) => {
    process.emitWarning(
      `express-client-jwt: could not reload ${file}; still using the previous clients. ${String(error)}`,
    );
  };
}

function readSync({ path, create }: ClientsFile, seen: string): Records {
  if (seen === ABSENT && create) return new Map();
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw readError(cause, path);
  }
  return checkedRecords(text, path);
}

function checkedRecords(text: string, file: string): Records {
  return indexRecords(parseClients(text, file), `${file}: clients`, (record) => record);
}

interface Look {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  isFile(): boolean;
}

/**
 * Describes the state of a file. It changes with every write and every replacement; a link counts
 * as its target.
 */
function lookOf(stats: Look, file: string): string {
  // Reading a pipe or a device might never end.
  if (!stats.isFile()) throw new Error(`${file} is not a regular file.`);
  return [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
}

async function look(file: string): Promise<string> {
  try {
    return lookOf(await stat(file, { bigint: true }), file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ABSENT;
    throw error;
  }
}

function lookSync(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats ? lookOf(stats, file) : ABSENT;
}
