import path from 'node:path';

import { createRecordIndex, type RecordIndex } from '../clients/bcrypt/check-record';
import type { ClientRecord } from '../clients/client';
import type { ChangeRecord, EditableClientStore } from '../clients/store';
import { assertThat, isObject } from '../internal/assert';
import { deepFreeze } from '../internal/deep-freeze';
import { codeOf } from '../internal/errors';
import { withFileLock } from '../internal/file-lock';
import { resolveFile, writeAtomically } from '../internal/files';
import { TimeoutError } from '../internal/timeout';
import { clientsText } from './clients-text';
import { applyChange, keptLabels, listFrom } from './editable';
import { FileChangedError, readClients } from './read-clients';
import { usesFileOf } from './uses-file';

/** A file of clients. */
export interface ClientsFile {
  /** Its absolute path, so that a later `process.chdir()` has no effect. */
  readonly path: string;
  /** Whether a missing file counts as one without clients; the first change then creates it. */
  readonly create: boolean;
}

/**
 * Creates a store that reads the file on each call and keeps nothing. It checks only the record
 * that changes, so that a malformed one can be found and repaired.
 */
export function editClientsFile(file: ClientsFile): EditableClientStore {
  return {
    find: async (clientId) => (await readRecords(file)).get(clientId),
    list: async (options = {}) => listFrom(await readRecords(file), options),
    update: (clientId, change) => changeClient(file, clientId, change),
    findUses: (clientIds) => usesFileOf(file.path).find(clientIds),
  };
}

/** The records of a file by client ID. */
export type Records = ReadonlyMap<string, ClientRecord>;

/**
 * Returns the previous record of a client if it is the same, or else undefined. If a store kept all
 * records of a large file that it reads again, the garbage collector would block the event loop.
 */
function sameAs(record: ClientRecord, previous: Records): ClientRecord | undefined {
  const known = previous.get(record.clientId);
  return known && JSON.stringify(known) === JSON.stringify(record) ? known : undefined;
}

/**
 * Changes a client in the current content of the file, because another process may have written it.
 *
 * @param previous See {@link sameAs}.
 */
export async function changeClient(
  file: ClientsFile,
  clientId: string,
  change: ChangeRecord,
  previous: Records = new Map(),
): Promise<ClientRecord | undefined> {
  const target = await resolveFile(file.path);
  const { changed, kept } = await withFileLock(target, async () => {
    const current = await readRecords(file, previous);
    const before = current.get(clientId);
    // A copy, because `change` may modify it, and then fail.
    const after = applyChange(clientId, structuredClone(before), change);
    if (after === undefined) current.delete(clientId);
    else current.set(clientId, after);
    await writeAtomically(target, clientsText(current.values()));
    return { changed: after, kept: keptLabels(before, after) };
  });
  if (kept !== undefined)
    await usesFileOf(file.path)
      .forget(clientId, kept)
      .catch(() => undefined);
  return changed;
}

async function readRecords(
  file: ClientsFile,
  previous: Records = new Map(),
): Promise<Map<string, ClientRecord>> {
  const records = new Map<string, ClientRecord>();
  let count = 0;
  try {
    await readClients(file.path, (record: unknown) => {
      addById(records, record, previous, `${file.path}: clients[${String(count++)}]`);
    });
    return records;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' && file.create) return records;
    throw readError(cause, file.path);
  }
}

function addById(
  records: Map<string, ClientRecord>,
  given: unknown,
  previous: Records,
  at: string,
): void {
  const isRecord = isObject(given) && typeof given.clientId === 'string';
  assertThat(isRecord, at, 'an object with a clientId', given);
  const record = given as unknown as ClientRecord;
  const { clientId } = record;
  if (records.has(clientId)) throw new TypeError(`${at}: another client has the id ${clientId}.`);
  records.set(clientId, sameAs(record, previous) ?? record);
}

/** Creates the error for a file that could not be read. Errors of this package already say why. */
export function readError(cause: unknown, file: string): Error {
  if (OURS.some((type) => cause instanceof type)) return cause as Error;
  const code = codeOf(cause);
  const remedy = `Create it with: npx express-client-jwt client add CLIENT-ID --file ${file}`;
  if (code === 'ENOENT') return new Error(`The file ${file} does not exist. ${remedy}`, { cause });
  if (code === 'EISDIR') return new Error(`${file} is a folder, not a file.`, { cause });
  if (code === 'EACCES') return new Error(`${file} may not be read by this user.`, { cause });
  return new Error(`${file} could not be read (${code ?? 'unknown error'}).`, { cause });
}

const OURS = [TypeError, FileChangedError, TimeoutError];

/** Describes the clients file at this path. */
export function clientsFile(file: string, create: boolean): ClientsFile {
  return { path: path.resolve(file), create };
}

/**
 * Creates an index that checks the records of a file, and freezes those that are new.
 *
 * @param previous See {@link sameAs}.
 */
export function createClientsIndex(file: string, previous: Records): RecordIndex<ClientRecord> {
  const keep = (record: ClientRecord) => sameAs(record, previous) ?? deepFreeze(record);
  return createRecordIndex(`${file}: clients`, keep);
}
