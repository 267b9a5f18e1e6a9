import { describeClient, isoOf, usesOf, type ClientDescription } from '../admin/describe-client';
import type { ClientRecord } from '../clients/client';
import type { EditableClientStore } from '../clients/store';
import { durationMs, type Input, type Output } from './command';
import { printable, table } from './print';

const PAGE = 1000;

/** Reads every client, page by page. */
export async function readAll(store: EditableClientStore): Promise<ClientRecord[]> {
  const all: ClientRecord[] = [];
  for (;;) {
    const page = await store.list({ after: all.at(-1)?.clientId, limit: PAGE });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/** Lists the clients. A malformed one does not hide the others. */
export async function listClients(store: EditableClientStore, input: Input): Promise<Output> {
  const all: ClientDescription[] = [];
  const hints: string[] = [];
  const records = await readAll(store);
  const uses = await usesOf(store, records);
  const unusedForMs = durationMs(input, 'unused-for');
  if (unusedForMs !== undefined && uses === undefined)
    throw new Error(
      '--unused-for: the last uses of the secrets could not be read from this store.',
    );
  for (const record of records) {
    try {
      all.push(describeClient(record, input.terminal.nowMs(), uses));
    } catch (error) {
      const reason = printable((error as Error).message);
      hints.push(`Left out ${printable(record.clientId)}: ${reason}`);
    }
  }
  const since = isoOf(input.terminal.nowMs() - (unusedForMs ?? 0));
  const isUnused = (client: ClientDescription) => (lastUseIn(client) ?? '') < since;
  const clients = unusedForMs === undefined ? all : all.filter(isUnused);
  const rows = clients.map((client) => rowOf(client));
  const heads = ['CLIENT', 'STATUS', 'LIVE SECRETS', 'LAST USED', 'SCOPES'];
  const text = table([heads, ...rows]);
  return { json: clients, text, hints, exitCode: hints.length > 0 ? 1 : 0 };
}

function rowOf(client: ClientDescription): string[] {
  const { clientId, scopes, disabled, secrets } = client;
  return [
    clientId,
    disabled ? 'disabled' : 'active',
    `${String(secrets.filter(({ isLive }) => isLive).length)} of ${String(secrets.length)}`,
    lastUseText(lastUseIn(client)),
    scopes.join(' '),
  ];
}

/** Finds the last use of any secret of a client; null if none was noted. */
function lastUseIn({ secrets }: ClientDescription): string | null | undefined {
  const times = secrets.map(({ lastUsedAt }) => lastUsedAt);
  if (times.includes(undefined)) return undefined;
  return (
    times
      .flatMap((time) => time ?? [])
      .sort()
      .at(-1) ?? null
  );
}

/** Formats a last use to the hour. */
export function lastUseText(lastUsedAt: string | null | undefined): string {
  if (lastUsedAt === undefined) return 'not known';
  return lastUsedAt === null ? 'never noted' : `${lastUsedAt.slice(0, 13).replace('T', ' ')}h UTC`;
}
