import { readFile } from 'node:fs/promises';

import { codeOf } from '../internal/errors';
import { printable } from './print';

/** Reads a file that an argument names. Rejects with an Error that names it and the reason. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = codeOf(cause) ?? 'unknown error';
    throw new Error(`${printable(file)} could not be read (${code}).`, { cause });
  }
}
