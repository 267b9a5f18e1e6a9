import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { ClientRecord } from '../clients/client';
import type { ChangeRecord, EditableClientStore } from '../clients/store';
import { assertKnown, assertThat, isObject } from '../internal/assert';
import { codeOf } from '../internal/errors';
import { withFileLock } from '../internal/file-lock';
import { resolveFile, writeAtomically } from '../internal/files';
import { applyChange, keptLabels, listFrom } from './editable';
import { usesFileOf } from './uses-file';

/** The records of a file by their ids. */
export type Records = ReadonlyMap<string, ClientRecord>;

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

/**
 * Changes a client in the current content of the file, because another process may have written it.
 */
export async function changeClient(
  file: ClientsFile,
  clientId: string,
  change: ChangeRecord,
): Promise<ClientRecord | undefined> {
  const target = await resolveFile(file.path);
  const { changed, kept } = await withFileLock(target, async () => {
    const current = await readRecords(file);
    const before = current.get(clientId);
    const after = applyChange(clientId, before, change);
    const next = new Map(current);
    if (after === undefined) next.delete(clientId);
    else next.set(clientId, after);
    await writeAtomically(target, `${JSON.stringify({ clients: [...next.values()] }, null, 2)}\n`);
    return { changed: after, kept: keptLabels(before, after) };
  });
  if (kept !== undefined)
    await usesFileOf(file.path)
      .forget(clientId, kept)
      .catch(() => undefined);
  return changed;
}

async function readRecords(file: ClientsFile): Promise<Records> {
  let text: string;
  try {
    text = await readFile(file.path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' && file.create) return new Map();
    throw readError(cause, file.path);
  }
  return indexById(parseClients(text, file.path), file.path);
}

/** Creates the error for a file that could not be read. */
export function readError(cause: unknown, file: string): Error {
  const code = codeOf(cause);
  const remedy = `Create it with: npx express-client-jwt client add CLIENT-ID --file ${file}`;
  if (code === 'ENOENT') return new Error(`The file ${file} does not exist. ${remedy}`, { cause });
  if (code === 'EISDIR') return new Error(`${file} is a folder, not a file.`, { cause });
  if (code === 'EACCES') return new Error(`${file} may not be read by this user.`, { cause });
  return new Error(`${file} could not be read (${code ?? 'unknown error'}).`, { cause });
}

/**
 * Parses the text of a file: `{ "clients": [ … ] }`. The records are not checked yet.
 *
 * @throws TypeError that names the file and the place. It shows no text, which contains hashes.
 */
export function parseClients(text: string, file: string): readonly ClientRecord[] {
  const content = parseJson(text, file);
  const isFile = isObject(content) && Array.isArray(content.clients);
  assertThat(isFile, file, 'an object { "clients": [ … ] }', content);
  assertKnown(content, `${file} has no field`, 'fields', ['clients']);
  return content.clients as ClientRecord[];
}

function indexById(clients: readonly ClientRecord[], file: string): Records {
  const records = new Map<string, ClientRecord>();
  clients.forEach((record: unknown, index) => {
    const at = `${file}: clients[${String(index)}]`;
    const isRecord = isObject(record) && typeof record.clientId === 'string';
    assertThat(isRecord, at, 'an object with a clientId', record);
    const { clientId } = record as unknown as ClientRecord;
    if (records.has(clientId)) throw new TypeError(`${at}: another client has the id ${clientId}.`);
    records.set(clientId, record as unknown as ClientRecord);
  });
  return records;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`${file} is not JSON${placeOf(error, text)}.`);
  }
}

/**
 * Finds the place of a syntax error. The message of the error is not used, because it quotes the
 * text.
 */
function placeOf(error: unknown, text: string): string {
  const { message } = error as Error;
  const isCutOff = message.startsWith('Unexpected end');
  const position = isCutOff ? text.length : /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return ` (line ${String(before.length)}, column ${String((before.at(-1) ?? '').length + 1)})`;
}

/** Describes the clients file at this path. */
export function clientsFile(file: string, create: boolean): ClientsFile {
  return { path: path.resolve(file), create };
}
