import path from 'node:path';

import type { EditableClientStore } from '../clients/store';
import { fileStore } from '../stores/file';
import { postgresStore } from '../stores/postgres';
import { UsageError, type Input, type OptionSpec } from './command';

/** The options of every command that works on clients. */
export const STORE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  file: { value: 'PATH', help: 'the clients are in this JSON file (default: clients.json)' },
  postgres: {
    value: 'URL',
    help: 'the clients are in this PostgreSQL database; env: the one of DATABASE_URL, so that its password is in no list of processes',
  },
  table: { value: 'NAME', help: 'in this table of it (default: api_clients)' },
};

const DEFAULT_FILE = 'clients.json';

/** Where a client is added, as the end of a sentence: a person in another folder has another file. */
export function placeOf(input: Input): string {
  return input.text('postgres') !== undefined
    ? ''
    : ` to ${path.resolve(input.text('file') ?? DEFAULT_FILE)}`;
}

/**
 * Does this with the clients that the options name.
 *
 * @param create whether a file that is not there yet is one without clients.
 */
export async function withStore<T>(
  input: Input,
  create: boolean,
  action: (store: EditableClientStore) => Promise<T>,
): Promise<T> {
  const [file, url, table] = [input.text('file'), input.text('postgres'), input.text('table')];
  if (file !== undefined && url !== undefined)
    throw new UsageError('Give --file or --postgres, not both.');
  if (file?.includes('://'))
    throw new UsageError('--file is the path of a file. For a database there is --postgres.');
  if (url === undefined) {
    if (table !== undefined) throw new UsageError('--table goes with --postgres.');
    return action(fileStore(file ?? DEFAULT_FILE, { create }));
  }
  const db = await input.terminal.connect(urlOf(input, url));
  try {
    return await action(postgresStore(db, { table }));
  } catch (error) {
    if (codeOf(error) === '42P01')
      throw new Error(
        'The table of clients is not there. Print the statement that makes it with: postgres schema',
      );
    throw error;
  } finally {
    await db.end();
  }
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

function urlOf({ terminal }: Input, given: string): string {
  const url = given === 'env' ? terminal.env.DATABASE_URL : given;
  if (!url)
    throw new UsageError('--postgres env: the environment variable DATABASE_URL is not set.');
  return url;
}
