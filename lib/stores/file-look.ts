import { statSync, type BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';

import { codeOf } from '../internal/errors';
import { withTimeout } from '../internal/timeout';

/** The time limit of a look, in milliseconds: a network drive may hang. */
const TIMEOUT_MS = 5000;
/** The state of a file that does not exist. */
export const ABSENT = 'absent';

/** A file as it was when it was looked at. */
export interface Look {
  /**
   * Changes with every write and every replacement of the file; a link counts as its target.
   */
  readonly state: string;
  readonly bytes: number;
}

const NO_FILE: Look = { state: ABSENT, bytes: 0 };

/** Looks at a file. Rejects if it is not a regular file, or cannot be looked at in time. */
export async function look(file: string): Promise<Look> {
  const message = `${file} could not be read within ${String(TIMEOUT_MS)} ms.`;
  try {
    return lookOf(await withTimeout(stat(file, { bigint: true }), TIMEOUT_MS, message), file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return NO_FILE;
    throw error;
  }
}

/** Looks at a file at once. Throws as {@link look} rejects. */
export function lookSync(file: string): Look {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats ? lookOf(stats, file) : NO_FILE;
}

function lookOf(stats: BigIntStats, file: string): Look {
  // Reading a pipe or a device might never end.
  if (!stats.isFile()) throw new Error(`${file} is not a regular file.`);
  const { ino, size, mtimeNs, ctimeNs } = stats;
  return { state: [ino, size, mtimeNs, ctimeNs].join(' '), bytes: Number(size) };
}
