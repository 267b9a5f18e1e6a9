import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import type { ChangeRecord, EditableClientStore, ListOptions } from '../clients/store';
import type { ClientRecord } from '../clients/client';
import { indexRecords } from '../clients/bcrypt/check-record';
import {
  assertKnown,
  assertThat,
  booleanOr,
  functionOr,
  isObject,
  readOptions,
} from '../internal/assert';
import { resolveFile, withFileLock, writeAtomically } from '../internal/files';
import { applyChange, listFrom } from './editable';

export type { ChangeRecord, EditableClientStore, ListOptions } from '../clients/store';

/** The options of {@link fileStore}. */
export interface FileStoreOptions {
  /** Told why a changed file could not be taken over; the clients stay as they were. Default: a process warning. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Whether a file that does not exist is one without clients; the first change makes it. Default: false. */
  readonly create?: boolean | undefined;
  /** The time in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

type Records = ReadonlyMap<string, ClientRecord>;

/** How long what was read is relied on before the file is looked at again. */
const LOOK_AGAIN_MS = 1000;
/** What a file that does not exist looks like. */
const ABSENT = 'absent';

/**
 * Clients in a JSON file, `{ "clients": [ … ] }`, with the fields of a ClientRecord. It is looked at again when it is
 * needed and a second has passed, so an edit counts within a second, also where the file was replaced by another
 * (editors, Kubernetes, the command-line tool). An edit that is broken changes nothing and is told to `onError`.
 *
 * @throws TypeError that names the client and the field, and what reading throws, where the file is not good at start.
 */
export function fileStore(file: string, options: FileStoreOptions = {}): EditableClientStore {
  assertThat(
    typeof file === 'string' && file !== '',
    'fileStore: file',
    'the path of a file',
    file,
  );
  return new FileStore(file, options);
}

class FileStore implements EditableClientStore {
  readonly #file: string;
  readonly #onError: (error: unknown) => void;
  readonly #create: boolean;
  readonly #clock: () => number;
  #records: Records;
  /** What the file looked like when it was last read, whether or not it was good. */
  #look: string;
  #lookedAtMs: number;
  #reading: Promise<void> | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(file: string, options: FileStoreOptions) {
    const given = readOptions(options, 'fileStore', ['onError', 'create', 'clock']);
    this.#file = file;
    this.#onError = functionOr(warnOf(file), given.onError, 'fileStore: onError');
    this.#create = booleanOr(false, given.create, 'fileStore: create');
    this.#clock = functionOr(Date.now, given.clock, 'fileStore: clock');
    this.#look = lookSync(file);
    const isToBeMade = this.#create && this.#look === ABSENT;
    if (this.#look === ABSENT && !this.#create) throw new Error(absent(file));
    this.#records = isToBeMade
      ? new Map<string, ClientRecord>()
      : parseClients(readFileSync(file, 'utf8'), file);
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
    // In turn, so that two changes of one process do not wait for each other's lock.
    const result = this.#writing.then(async () => {
      const file = await resolveFile(this.#file);
      return withFileLock(file, () => this.#change(file, clientId, change));
    });
    this.#writing = result.catch(() => undefined);
    return result;
  }

  /** Of what is in the file now, not of what was read before: another process may have written since. */
  async #change(
    file: string,
    clientId: string,
    change: ChangeRecord,
  ): Promise<ClientRecord | undefined> {
    const isToBeMade = this.#create && (await look(file)) === ABSENT;
    const current = isToBeMade
      ? new Map<string, ClientRecord>()
      : parseClients(await readFile(file, 'utf8'), this.#file);
    const changed = applyChange(clientId, current.get(clientId), change);
    const next = new Map(current);
    if (changed === undefined) next.delete(clientId);
    else next.set(clientId, changed);
    await writeAtomically(
      file,
      `${JSON.stringify({ clients: [...next.values()] }, undefined, 2)}\n`,
    );
    // Read again by whoever asks next: it may have been replaced once more.
    this.#lookedAtMs = -Infinity;
    return changed;
  }

  #isDue(): boolean {
    const now = this.#clock();
    return now < this.#lookedAtMs || now >= this.#lookedAtMs + LOOK_AGAIN_MS;
  }

  /** Once at a time; it never rejects. */
  #refresh(): Promise<void> {
    this.#reading ??= this.#readWhereChanged().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readWhereChanged(): Promise<void> {
    const lookedAtMs = this.#clock();
    try {
      const seen = await look(this.#file);
      if (seen === this.#look) return;
      // A missing or a broken file is told once; what could not be read is tried again.
      if (seen === ABSENT) this.#look = seen;
      const text = await readFile(this.#file, 'utf8');
      this.#look = seen;
      this.#records = parseClients(text, this.#file);
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
      // A broken listener is the app's to notice; the clients stay as they were.
    }
  }
}

function absent(file: string): string {
  const remedy = `Make it with: npx express-client-jwt client add CLIENT-ID --file ${file}`;
  return `There is no file ${path.resolve(file)}. ${remedy}`;
}

function warnOf(file: string): (error: unknown) => void {
  return (error) => {
    process.emitWarning(
      `express-client-jwt: the clients stay as they were, since ${file} is not good. ${String(error)}`,
    );
  };
}

/** Changes with every write and every replacement. A link counts as what it points to. */
const lookOf = ({
  ino,
  size,
  mtimeNs,
  ctimeNs,
}: {
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}) => [ino, size, mtimeNs, ctimeNs].join(' ');

async function look(file: string): Promise<string> {
  return stat(file, { bigint: true }).then(lookOf, absentOrThrow);
}

function lookSync(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats ? lookOf(stats) : ABSENT;
}

function absentOrThrow(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ABSENT;
  throw error;
}

/** @throws TypeError that names the file, the client and the field; no part of the text is repeated: it has hashes in it. */
function parseClients(text: string, file: string): Map<string, ClientRecord> {
  const content = parseJson(text, file);
  assertThat(
    isObject(content) && Array.isArray(content.clients),
    file,
    'an object { "clients": [ … ] }',
    content,
  );
  assertKnown(content, `${file} has no field`, 'fields', ['clients']);
  return indexRecords(content.clients as ClientRecord[], `${file}: clients`, (record) => record);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError(`${file} is not JSON.`);
  }
}
