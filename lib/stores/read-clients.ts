import { readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

import type { ClientRecord } from '../clients/client';
import { TimeoutError, withTimeout } from '../internal/timeout';
import { ClientsParser } from './clients-text';

/** The size of a piece, in bytes: about 250 clients, which take a few milliseconds. */
const PIECE_BYTES = 2 ** 16;
/** The time limit of each operation, in milliseconds: a network drive may hang. */
const OPERATION_TIMEOUT_MS = 5000;
/** The time limit of the whole file, in milliseconds. A busy app reads a large one slowly. */
const FILE_TIMEOUT_MS = 120_000;

/** The error for a file that was written while it was read: its text may mix two versions. */
export class FileChangedError extends Error {
  constructor(file: string) {
    super(`${file} was changed by another program while it was read. Try again.`);
  }
}

/**
 * Reads the clients of a file in pieces, and lets other work run in between.
 *
 * @throws TypeError if the file is malformed, {@link FileChangedError} if it was written meanwhile,
 *   and {@link TimeoutError} if it could not be read in time; also the errors of the system and of
 *   `add`.
 */
export async function readClients(
  file: string,
  add: (record: ClientRecord) => void,
): Promise<void> {
  const endMs = performance.now() + FILE_TIMEOUT_MS;
  const late = (ms: number) => `${file} could not be read within ${String(ms)} ms.`;
  const inTime: InTime = (operation) => {
    if (performance.now() >= endMs) throw new TimeoutError(late(FILE_TIMEOUT_MS));
    return withTimeout(operation(), OPERATION_TIMEOUT_MS, late(OPERATION_TIMEOUT_MS));
  };
  const opening = open(file);
  try {
    const handle = await inTime(() => opening);
    const version = await versionOf(handle, inTime);
    await parsePieces(handle, inTime, new ClientsParser(file), add);
    if ((await versionOf(handle, inTime)) !== version) throw new FileChangedError(file);
  } finally {
    // Not awaited, because an operation that hangs also keeps the file from being closed.
    opening.then((handle) => handle.close()).catch(() => undefined);
  }
}

/** Reads the clients of a file at once. Throws as {@link readClients} does, without a time limit. */
export function readClientsSync(file: string, add: (record: ClientRecord) => void): void {
  const parser = new ClientsParser(file);
  parser.feed(readFileSync(file, 'utf8')).forEach(add);
  parser.end().forEach(add);
}

type InTime = <T>(operation: () => Promise<T>) => Promise<T>;

async function parsePieces(
  handle: FileHandle,
  inTime: InTime,
  parser: ClientsParser,
  add: (record: ClientRecord) => void,
): Promise<void> {
  const piece = Buffer.alloc(PIECE_BYTES);
  // A character may be split between two pieces.
  const decoder = new StringDecoder('utf8');
  for (;;) {
    const { bytesRead } = await inTime(() => handle.read(piece, 0, PIECE_BYTES));
    if (bytesRead === 0) break;
    parser.feed(decoder.write(piece.subarray(0, bytesRead))).forEach(add);
  }
  parser.feed(decoder.end()).forEach(add);
  parser.end().forEach(add);
}

/** Changes with every write. A file that replaces this one is another file. */
async function versionOf(handle: FileHandle, inTime: InTime): Promise<string | undefined> {
  const stats = await inTime(() => handle.stat({ bigint: true }));
  return stats.isFile() ? `${String(stats.size)} ${String(stats.mtimeNs)}` : undefined;
}
