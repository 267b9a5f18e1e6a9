import { readFile, rm } from 'node:fs/promises';

import type { SecretUse } from '../clients/store';
import { isObject } from '../internal/assert';
import { codeOf } from '../internal/errors';
import { FILE_LOCKED, withFileLock } from '../internal/file-lock';
import { resolveFile, writeAtomically } from '../internal/files';
import { withUse } from './editable';

/** A file of the last uses of secrets, beside a file of clients: `clients.uses.json`. */
export interface UsesFile {
  /** Notes a use. Rejects if the file cannot be written. */
  note(use: SecretUse): Promise<void>;
  /** Finds the last uses of the secrets of these clients. Rejects if the file cannot be read. */
  find(clientIds: readonly string[]): Promise<readonly SecretUse[]>;
  /** Forgets the uses of a client, except those of the given labels. Rejects like `note`. */
  forget(clientId: string, kept: readonly (string | null)[]): Promise<void>;
}

/** How long a lock of the file is waited for, in milliseconds. A lost note is noted again. */
const LOCK_TIMEOUT_MS = 2000;

type Change = (uses: readonly SecretUse[]) => readonly SecretUse[];

/** Creates the file of uses that belongs to a file of clients. It is written at the first use. */
export function usesFileOf(clientsPath: string): UsesFile {
  let waiting: SecretUse[] = [];
  let next: Promise<void> | undefined;
  let writing: Promise<void> = Promise.resolve();

  /** Notes all that waits in one write. */
  async function noteWaiting(): Promise<void> {
    const uses = waiting;
    waiting = [];
    next = undefined;
    await changeFile(clientsPath, (before) => uses.reduce(withUse, before));
  }
  return {
    note: (use) => {
      waiting.push(use);
      next ??= writing.then(noteWaiting);
      writing = next.catch(() => undefined);
      return next;
    },
    find: async (clientIds) => {
      const wanted = new Set(clientIds);
      const uses = await readUses(await pathOf(clientsPath));
      return uses.filter(({ clientId }) => wanted.has(clientId));
    },
    forget: (clientId, kept) =>
      changeFile(clientsPath, (uses) =>
        uses.filter((use) => use.clientId !== clientId || kept.includes(use.label)),
      ),
  };
}

/** The clients may be behind a link; processes that use the link and its target share the uses. */
async function pathOf(clientsPath: string): Promise<string> {
  const target = await resolveFile(clientsPath);
  return target.endsWith('.json') ? target.replace(/json$/, 'uses.json') : `${target}.uses`;
}

async function changeFile(clientsPath: string, change: Change): Promise<void> {
  const target = await pathOf(clientsPath);
  await withLock(target, async () => {
    const before = await readUses(target);
    const uses = change(before);
    if (uses.length === 0 && before.length === 0) return;
    await writeAtomically(target, `${JSON.stringify({ uses }, null, 2)}\n`, clientsPath);
  });
}

/** Takes the lock of the file. One that is not freed is broken: its process was probably killed. */
async function withLock(target: string, action: () => Promise<void>): Promise<void> {
  try {
    await withFileLock(target, action, LOCK_TIMEOUT_MS);
  } catch (error) {
    if (codeOf(error) !== FILE_LOCKED) throw error;
    await rm(`${target}.lock`, { force: true });
    await withFileLock(target, action, LOCK_TIMEOUT_MS);
  }
}

async function readUses(file: string): Promise<readonly SecretUse[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const content: unknown = JSON.parse(text);
  // Another file with this name is never overwritten.
  if (!isObject(content) || !Array.isArray(content.uses))
    throw new Error(`${file} is no file of uses: { "uses": [ … ] }. Move it away.`);
  return content.uses.flatMap((row: unknown) => (isObject(row) ? toUse(row) : []));
}

/** Reads one use; a malformed one is left out, because nothing depends on it. */
function toUse({ clientId, label, at }: Readonly<Record<string, unknown>>): SecretUse[] {
  const moment = new Date(String(at));
  const isLabel = label === null || typeof label === 'string';
  if (typeof clientId !== 'string' || !isLabel || Number.isNaN(moment.getTime())) return [];
  return [{ clientId, label, at: moment }];
}
