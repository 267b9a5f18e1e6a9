import { readFile, stat } from 'node:fs/promises';

import type { SecretUse } from '../clients/store';
import { isObject } from '../internal/assert';
import { codeOf } from '../internal/errors';
import { withFileLock } from '../internal/file-lock';
import { resolveFile, writeAtomically } from '../internal/files';
import { withUse } from './editable';

/** The permissions of a file, without its type. */
const PERMISSIONS = 0o777;

/** A file of the last uses of secrets, beside a file of clients: `clients.uses.json`. */
export interface UsesFile {
  /** Notes a use. Rejects if the file cannot be written. */
  note(use: SecretUse): Promise<void>;
  /** Finds the last uses of the secrets of these clients. Rejects if the file cannot be read. */
  find(clientIds: readonly string[]): Promise<readonly SecretUse[]>;
  /** Forgets the uses of a client. Rejects if the file cannot be written. */
  forget(clientId: string): Promise<void>;
}

/** Creates the file of uses that belongs to a file of clients. It is written at the first use. */
export function usesFileOf(clientsPath: string): UsesFile {
  const path = `${clientsPath.replace(/\.json$/, '')}.uses.json`;

  async function change(to: (uses: readonly SecretUse[]) => readonly SecretUse[]): Promise<void> {
    const target = await resolveFile(path);
    await withFileLock(target, async () => {
      const before = await readUses(target);
      const uses = to(before);
      if (uses.length === 0 && before.length === 0) return;
      // Who may read the clients may read when their secrets were used.
      const { mode } = await stat(clientsPath);
      const text = `${JSON.stringify({ uses }, null, 2)}\n`;
      await writeAtomically(target, text, mode & PERMISSIONS);
    });
  }
  return {
    note: (use) => change((uses) => withUse(uses, use)),
    find: async (clientIds) => {
      const wanted = new Set(clientIds);
      return (await readUses(path)).filter(({ clientId }) => wanted.has(clientId));
    },
    forget: (forgotten) => change((uses) => uses.filter(({ clientId }) => clientId !== forgotten)),
  };
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
  const rows: readonly unknown[] =
    isObject(content) && Array.isArray(content.uses) ? content.uses : [];
  return rows.flatMap((row) => (isObject(row) ? toUse(row) : []));
}

/** Reads one use; a malformed one is left out, because nothing depends on it. */
function toUse({ clientId, label, at }: Readonly<Record<string, unknown>>): SecretUse[] {
  const moment = new Date(String(at));
  const isLabel = label === null || typeof label === 'string';
  if (typeof clientId !== 'string' || !isLabel || Number.isNaN(moment.getTime())) return [];
  return [{ clientId, label, at: moment }];
}
