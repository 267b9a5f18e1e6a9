import type { EditableClientStore } from '../clients/store';
import { codeOf } from '../internal/errors';
import { clientsFile, editClientsFile } from '../stores/clients-file';
import { postgresStore } from '../stores/postgres';
import { UsageError, type Input, type OptionSpec, type OptionSpecs, type Output } from './command';

/** A store that a command has opened. */
export interface OpenStore {
  readonly store: EditableClientStore;
  /** The place of the clients, as the end of a sentence; empty if the option says it all. */
  readonly place: string;
  /** The options that name it again, for a command to paste. A URL with a password is not shown. */
  readonly options: string;
  /** How soon running apps follow a change, as the end of a sentence. */
  readonly follows: string;
  /** The file, if the clients are in one. */
  readonly file?: string;
  close?(): Promise<void>;
}

/** One kind of store: its option, the options that go with it, and how it is opened. */
interface StoreKind {
  readonly option: OptionSpec;
  readonly with: OptionSpecs;
  /** The place that is opened if no option names a store. */
  readonly fallback?: string;
  /** Opens the store. With `create`, a missing place counts as one without clients. */
  open(value: string, input: Input, create: boolean): Promise<OpenStore>;
  /** Explains a failure of this store, if it can. */
  explain?(cause: unknown): string | undefined;
}

/** One row per store, by the name of its option. */
const STORES: Readonly<Record<string, StoreKind>> = {
  file: {
    option: { value: 'PATH', help: 'the JSON file of the clients (default: clients.json)' },
    with: {},
    fallback: 'clients.json',
    open: (value, _input, create) => {
      if (value.includes('://'))
        throw new UsageError('--file must be the path of a file. For a database use --postgres.');
      const file = clientsFile(value, create);
      return Promise.resolve({
        store: editClientsFile(file),
        place: ` to ${file.path}`,
        options: `--file ${value}`,
        follows: 'within a second',
        file: file.path,
      });
    },
  },
  postgres: {
    option: {
      value: 'URL',
      help: 'the PostgreSQL database of the clients; use env to read the URL from DATABASE_URL, which keeps its password out of process lists',
    },
    with: { table: { value: 'NAME', help: 'table name (default: api_clients)' } },
    open: async (value, input) => {
      const url = value === 'env' ? input.terminal.env.DATABASE_URL : value;
      if (!url) throw new UsageError('--postgres env: set the environment variable DATABASE_URL.');
      const db = await input.terminal.connect(url);
      const table = input.text('table');
      const store = postgresStore(db, { table });
      const follows = 'within their clientCacheSeconds (default: 30)';
      const options = `--postgres ${value === 'env' ? value : 'URL'}${table ? ` --table ${table}` : ''}`;
      return { store, place: '', options, follows, close: () => db.end() };
    },
    explain: (cause) =>
      codeOf(cause) === '42P01'
        ? 'The table of the clients does not exist. Print the statement that creates it with: npx express-client-jwt postgres schema'
        : undefined,
  },
};

/** The options of every command that works on clients. */
export const STORE_OPTIONS: OptionSpecs = Object.fromEntries(
  Object.entries(STORES).flatMap(([name, kind]) => [
    [name, kind.option],
    ...Object.entries(kind.with),
  ]),
);

/** Opens the store that the options name, and closes it after the action. */
export async function withStore(
  input: Input,
  create: boolean,
  action: (open: OpenStore) => Promise<Output>,
): Promise<Output> {
  const [name, kind, value] = chooseStore(input);
  for (const [other, { with: options }] of Object.entries(STORES)) {
    const stray = Object.keys(options).find((each) => input.text(each) !== undefined);
    if (stray !== undefined && other !== name)
      throw new UsageError(`--${stray} goes with --${other}.`);
  }
  const open = await kind.open(value, input, create);
  try {
    const output = await action(open);
    // A command can only be undone while its store is open.
    if (output.takeBack) return { ...output, ...(open.close && { close: () => closed(open) }) };
    await closed(open);
    return output;
  } catch (cause) {
    await closed(open);
    const sentence = kind.explain?.(cause);
    throw sentence === undefined ? cause : new Error(sentence, { cause });
  }
}

async function closed(open: OpenStore): Promise<void> {
  await open.close?.();
}

function chooseStore(input: Input): readonly [string, StoreKind, string] {
  const given = Object.entries(STORES).flatMap(([name, kind]) => {
    const value = input.text(name);
    return value === undefined ? [] : [[name, kind, value] as const];
  });
  if (given.length > 1)
    throw new UsageError(`Use one of ${given.map(([name]) => `--${name}`).join(' and ')}.`);
  const fallbacks = Object.entries(STORES).flatMap(([name, kind]) =>
    kind.fallback === undefined ? [] : [[name, kind, kind.fallback] as const],
  );
  const [chosen] = [...given, ...fallbacks];
  if (chosen === undefined) throw new UsageError('Specify the store of the clients.');
  return chosen;
}
