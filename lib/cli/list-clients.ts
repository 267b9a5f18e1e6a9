import { describeClient, type ClientDescription } from '../admin/describe-client';
import type { ClientRecord } from '../clients/client';
import type { EditableClientStore } from '../clients/store';
import type { Input, Output } from './command';
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
  const clients: ClientDescription[] = [];
  const hints: string[] = [];
  for (const record of await readAll(store)) {
    try {
      clients.push(describeClient(record, input.terminal.nowMs()));
    } catch (error) {
      const reason = printable((error as Error).message);
      hints.push(`Left out ${printable(record.clientId)}: ${reason}`);
    }
  }
  const rows = clients.map(({ clientId, scopes, disabled, secrets }) => [
    clientId,
    disabled ? 'disabled' : 'active',
    `${String(secrets.filter(({ isLive }) => isLive).length)} of ${String(secrets.length)}`,
    scopes.join(' '),
  ]);
  const text = table([['CLIENT', 'STATUS', 'LIVE SECRETS', 'SCOPES'], ...rows]);
  return { json: clients, text, hints, exitCode: hints.length > 0 ? 1 : 0 };
}
