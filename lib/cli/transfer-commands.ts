import { describeClient, isoOf } from '../admin/describe-client';
import { hashSecret } from '../clients/bcrypt/hash-secret';
import type { ClientRecord, ClientSecret } from '../clients/client';
import type { EditableClientStore } from '../clients/store';
import { SECRET_OPTIONS, secretOptionsOf } from './client-input';
import { argument, UsageError, type Command, type Input, type Output } from './command';
import { parseImport, type ImportedClient } from './import-rows';
import { readAll } from './list-clients';
import { counted, printable, printableJson } from './print';
import { readText } from './read-text';
import { STORE_OPTIONS, withStore } from './stores';

/** The commands that move clients between systems. */
export const TRANSFER_COMMANDS: readonly Command[] = [
  {
    name: 'client import',
    args: ['FILE'],
    summary:
      'add the clients of a CSV or JSON file; hashes are kept, secrets are hashed, and clients that exist are skipped',
    options: {
      ...STORE_OPTIONS,
      format: { value: 'NAME', help: 'csv or json (default: the end of the name of FILE)' },
      cost: SECRET_OPTIONS.cost,
    },
    run: importFile,
  },
  {
    name: 'client export',
    args: [],
    summary: 'print all clients as JSON, without their hashes',
    options: {
      ...STORE_OPTIONS,
      'with-hashes': { help: 'print the records with their hashes, as client import reads them' },
    },
    run: (input) =>
      withStore(input, false, async ({ store }) => exportClients(await readAll(store), input)),
  },
];

async function importFile(input: Input): Promise<Output> {
  const file = argument(input, 0);
  const format = input.text('format') ?? (/\.csv$/i.test(file) ? 'csv' : 'json');
  if (format !== 'csv' && format !== 'json') throw new UsageError('--format must be csv or json.');
  const clients = parseImport(await readText(file), format === 'csv', printable(file));
  return withStore(input, true, async ({ store, place }) => {
    const { imported, skipped } = await importAll(store, clients, input);
    const some = skipped.length === 0 ? '' : ` Skipped ${String(skipped.length)} that exist.`;
    return {
      json: { imported, skipped },
      text: `Imported ${counted(imported.length, 'client')}${place}.${some}`,
      hints: skipped.length > 0 ? [`Skipped: ${printable(shortList(skipped))}`] : [],
    };
  });
}

/** The most IDs of a list to show. */
const MOST_SHOWN = 10;

function shortList(ids: readonly string[]): string {
  const more = ids.length > MOST_SHOWN ? ` and ${String(ids.length - MOST_SHOWN)} more` : '';
  return ids.slice(0, MOST_SHOWN).join(', ') + more;
}

/** The number of clients whose secrets are hashed at the same time. */
const BATCH = 8;

/** The IDs of the clients that were added, and of those that were there. */
interface Imported {
  readonly imported: readonly string[];
  readonly skipped: readonly string[];
}

async function importAll(
  store: EditableClientStore,
  clients: readonly ImportedClient[],
  input: Input,
): Promise<Imported> {
  const { cost } = secretOptionsOf(input);
  const nowMs = input.terminal.nowMs();
  const tell = input.isSet('json') ? undefined : input.terminal.progress;
  const imported: string[] = [];
  const skipped: string[] = [];
  for (let index = 0; index < clients.length; index += BATCH) {
    tell?.(`Importing client ${String(index + 1)} of ${String(clients.length)}`);
    const batch = clients.slice(index, index + BATCH);
    const isThere = await Promise.all(
      batch.map(async ({ clientId }) => await store.find(clientId)),
    );
    // Their secrets need no hash.
    skipped.push(...batch.filter((_, at) => isThere[at]).map(({ clientId }) => clientId));
    const fresh = batch.filter((_, at) => !isThere[at]);
    const records = await Promise.all(fresh.map((each) => toRecord(each, cost, nowMs)));
    for (const record of records) {
      const isNew = await addIfNew(store, record).catch(failure(record, imported.length));
      (isNew ? imported : skipped).push(record.clientId);
    }
  }
  tell?.('');
  return { imported, skipped };
}

/** Creates the handler of a failure, which says how to go on. */
function failure({ clientId }: ClientRecord, count: number) {
  return (cause: unknown): never => {
    throw new Error(
      `${clientId} could not be added; added before it: ${counted(count, 'client')}. Run the command again: clients that exist are skipped.`,
      { cause },
    );
  };
}

async function addIfNew(store: EditableClientStore, record: ClientRecord): Promise<boolean> {
  let isNew = false;
  await store.update(record.clientId, (existing) => {
    isNew = existing === undefined;
    return existing ?? record;
  });
  return isNew;
}

/** Hashes the secrets of a client. Without a label, they have the date. */
async function toRecord(
  { secrets, ...client }: ImportedClient,
  cost: number | undefined,
  nowMs: number,
): Promise<ClientRecord> {
  const hashed = secrets.map(async ({ secret, hash, ...rest }): Promise<ClientSecret> => ({
    hash: secret === undefined ? hash : await hashSecret(secret, { cost }),
    label: isoOf(nowMs).slice(0, 10),
    ...rest,
  }));
  // An earlier client with this ID may still have tokens.
  return { tokensValidAfter: isoOf(nowMs), ...client, secrets: await Promise.all(hashed) };
}

function exportClients(records: readonly ClientRecord[], input: Input): Output {
  const withHashes = input.isSet('with-hashes');
  const nowMs = input.terminal.nowMs();
  const clients = withHashes ? records : records.map((record) => describeClient(record, nowMs));
  const json = { clients };
  const hint = 'The output has hashes: keep it as secret as the store.';
  return { json, text: printableJson(json), hints: withHashes ? [hint] : [] };
}
