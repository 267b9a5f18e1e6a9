import type { ClientRecord, ClientSecret } from '../clients/client';
import type { EditableClientStore } from '../clients/store';
import {
  argument,
  moment,
  table,
  wholeNumber,
  type Command,
  type Input,
  type Output,
} from './command';
import { placeOf, STORE_OPTIONS, withStore } from './open-store';
import {
  createSecret,
  endOfSecrets,
  isoOf,
  labelBeside,
  SECRET_OPTIONS,
  showSecrets,
} from './secrets';

const CLIENT_ID = ['CLIENT-ID'];
const PAGE = 1000;
/** How a secret without a label is shown and named. */
const NO_LABEL = '-';

export const CLIENT_COMMANDS: readonly Command[] = [
  {
    name: 'client add',
    args: CLIENT_ID,
    summary: 'add a client and show its secret, this once',
    options: {
      ...STORE_OPTIONS,
      scope: { value: 'SCOPE', help: 'a scope of its tokens; may be repeated', multiple: true },
      'expires-in-seconds': { value: 'NUMBER', help: 'how long its tokens are valid' },
      ...SECRET_OPTIONS,
    },
    run: async (input) => {
      const clientId = argument(input, 0);
      const expiresInSeconds = wholeNumber(input, 'expires-in-seconds');
      const scopes = input.texts('scope').flatMap((text) => text.split(' '));
      const { text, hash } = await createSecret(input);
      const label = labelBeside(input, []);
      // Whoever had this id before may still hold tokens.
      const tokensValidAfter = isoOf(input.terminal.nowMs());
      const add = (existing: ClientRecord | undefined): ClientRecord => {
        if (existing)
          throw new Error(
            `There is a client ${clientId} already. For another secret: client rotate ${clientId}.`,
          );
        const secrets = [{ label, hash }];
        return {
          clientId,
          secrets,
          scopes,
          tokensValidAfter,
          ...(expiresInSeconds !== undefined && { expiresInSeconds }),
        };
      };
      await withStore(input, true, (store) => store.update(clientId, add));
      return showNewSecret(`Added ${clientId}${placeOf(input)}.`, clientId, label, text);
    },
  },
  {
    name: 'client list',
    args: [],
    summary: 'list the clients',
    options: STORE_OPTIONS,
    run: async (input) => {
      const clients = (await withStore(input, false, listAll)).map((record) =>
        describe(input, record),
      );
      const rows = clients.map(({ clientId, scopes, disabled, secrets }) => [
        clientId,
        disabled ? 'disabled' : 'active',
        `${String(secrets.filter(({ isLive }) => isLive).length)} of ${String(secrets.length)}`,
        scopes.join(' '),
      ]);
      return {
        json: clients,
        text: table([['CLIENT', 'STATUS', 'LIVE SECRETS', 'SCOPES'], ...rows]),
      };
    },
  },
  {
    name: 'client show',
    args: CLIENT_ID,
    summary: 'show a client; hashes are never shown',
    options: STORE_OPTIONS,
    run: async (input) => {
      const record = await withStore(input, false, async (store) => store.find(argument(input, 0)));
      if (!record) throw notFound(input);
      const client = describe(input, record);
      const { secrets, ...fields } = client;
      const lines = Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      const rows = secrets.map(({ label, cost, expiresAt, isLive }) => [
        label ?? NO_LABEL,
        String(cost),
        isLive ? 'live' : 'expired',
        expiresAt ?? 'never',
      ]);
      return {
        json: client,
        text: `${table(lines)}\n\n${table([['SECRET', 'COST', 'STATUS', 'EXPIRES'], ...rows])}`,
      };
    },
  },
  {
    name: 'client rotate',
    args: CLIENT_ID,
    summary: 'add another secret and show it, this once; the others go on working',
    options: {
      ...STORE_OPTIONS,
      'retire-others': {
        value: 'WHEN',
        help: 'and let them expire then: 7d, 24h, 30m, or a date in ISO 8601',
      },
      ...SECRET_OPTIONS,
    },
    run: async (input) => {
      const clientId = argument(input, 0);
      const retireAt = moment(input, 'retire-others');
      const { text, hash } = await createSecret(input);
      let label = '';
      const rotated = (record: ClientRecord): ClientRecord => {
        label = labelBeside(input, record.secrets);
        return { ...record, secrets: [{ label, hash }, ...keep(input, record, retireAt)] };
      };
      await withStore(input, false, (store) => change(input, store, rotated));
      const others =
        retireAt === undefined
          ? 'The others go on working until they are retired.'
          : `The others expire at ${isoOf(retireAt)}.`;
      return showNewSecret(`Added a secret to ${clientId}. ${others}`, clientId, label, text);
    },
  },
  {
    name: 'client retire',
    args: ['CLIENT-ID', 'LABEL'],
    summary: 'retire the secret with this label; the last one that works is kept',
    options: {
      ...STORE_OPTIONS,
      at: {
        value: 'WHEN',
        help: 'at this time: 7d, 24h, 30m, or a date in ISO 8601 (default: now)',
      },
    },
    run: async (input) => {
      const [clientId, label] = [argument(input, 0), argument(input, 1)];
      const at = moment(input, 'at');
      let end: string | undefined;
      const retired = (record: ClientRecord): ClientRecord => {
        const left = retire(input, record, label, at);
        end = endOfSecrets(left, input.terminal.nowMs());
        return left;
      };
      await withStore(input, false, (store) => change(input, store, retired));
      const when = at === undefined ? 'now' : `at ${isoOf(at)}`;
      const warning =
        end === undefined ? '' : ` All that are left expire, the last at ${end}: rotate before.`;
      return done(`The secret ${label} of ${clientId} is retired ${when}.${warning}`, {
        clientId,
        label,
        retiredAt: at === undefined ? null : isoOf(at),
      });
    },
  },
  switchCommand(
    'disable',
    true,
    'refuse a client and its tokens until it is enabled; end-tokens ends them for good',
    ' Apps refuse its tokens within their clientCacheSeconds (default: 30).',
  ),
  switchCommand('enable', false, 'accept a disabled client again'),
  {
    name: 'client end-tokens',
    args: CLIENT_ID,
    summary: 'refuse the tokens that a client has got until now; its secrets go on working',
    options: STORE_OPTIONS,
    run: async (input) => {
      const tokensValidAfter = isoOf(input.terminal.nowMs());
      await withStore(input, false, (store) =>
        change(input, store, (record) => ({ ...record, tokensValidAfter })),
      );
      return done(
        `The tokens of ${argument(input, 0)} from before ${tokensValidAfter} are refused.`,
        {
          clientId: argument(input, 0),
          tokensValidAfter,
        },
      );
    },
  },
  {
    name: 'client remove',
    args: CLIENT_ID,
    summary: 'remove a client for good',
    options: STORE_OPTIONS,
    run: async (input) => {
      await withStore(input, false, (store) => change(input, store, () => undefined));
      return done(`Removed ${argument(input, 0)}.`, {
        clientId: argument(input, 0),
        removed: true,
      });
    },
  },
];

function switchCommand(word: string, disabled: boolean, summary: string, effect = ''): Command {
  return {
    name: `client ${word}`,
    args: CLIENT_ID,
    summary,
    options: STORE_OPTIONS,
    run: async (input) => {
      await withStore(input, false, (store) =>
        change(input, store, (record) => ({ ...record, disabled })),
      );
      return done(`${argument(input, 0)} is ${word}d.${effect}`, {
        clientId: argument(input, 0),
        disabled,
      });
    },
  };
}

/** Every client, page by page. */
export async function listAll(store: EditableClientStore): Promise<ClientRecord[]> {
  const all: ClientRecord[] = [];
  for (;;) {
    const page = await store.list({ after: all.at(-1)?.clientId, limit: PAGE });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

const notFound = (input: Input): Error => new Error(`There is no client ${argument(input, 0)}.`);

async function change(
  input: Input,
  store: EditableClientStore,
  changeTo: (record: ClientRecord) => ClientRecord | undefined,
): Promise<void> {
  await store.update(argument(input, 0), (record) => {
    if (!record) throw notFound(input);
    return changeTo(record);
  });
}

/** The secrets that are to stay beside a new one: those that have expired are dropped. */
function keep(
  { terminal }: Input,
  record: ClientRecord,
  retireAt: number | undefined,
): ClientRecord['secrets'] {
  const shown = showSecrets(record, terminal.nowMs());
  const live = record.secrets.filter((_secret, index) => shown[index]?.isLive);
  if (retireAt === undefined) return live;
  return live.map((secret) => expireBy(secret, retireAt));
}

/** A secret that was to expire earlier, or has, still does. */
function expireBy(secret: ClientSecret, ms: number): ClientSecret {
  return { ...secret, expiresAt: isoOf(Math.min(ms, new Date(secret.expiresAt ?? ms).getTime())) };
}

function retire(
  { terminal }: Input,
  record: ClientRecord,
  label: string,
  at: number | undefined,
): ClientRecord {
  const isMeant = (secret: ClientSecret) => (secret.label ?? NO_LABEL) === label;
  if (!record.secrets.some(isMeant)) {
    const labels = record.secrets.map((secret) => secret.label ?? NO_LABEL).join(', ');
    throw new Error(
      `${record.clientId} has no secret with the label ${label}. The labels are: ${labels}`,
    );
  }
  if (record.secrets.filter(isMeant).length > 1)
    throw new Error(
      `${record.clientId} has several secrets with the label ${label}: give each a label of its own in the store.`,
    );
  const others = record.secrets.filter((secret) => !isMeant(secret));
  const isOneLeft = showSecrets(
    { ...record, secrets: others },
    Math.max(at ?? 0, terminal.nowMs()),
  ).some(({ isLive }) => isLive);
  if (!isOneLeft)
    throw new Error(
      `${label} is the last secret of ${record.clientId} that works then. Rotate first, or disable or remove the client.`,
    );
  if (at === undefined) return { ...record, secrets: others };
  const retired = (secret: ClientSecret) => (isMeant(secret) ? expireBy(secret, at) : secret);
  return { ...record, secrets: record.secrets.map(retired) };
}

function describe({ terminal }: Input, record: ClientRecord) {
  const { clientId, scopes, disabled, tokensValidAfter, expiresInSeconds, claims } = record;
  return {
    clientId,
    scopes: scopes ?? [],
    disabled: disabled ?? false,
    ...(tokensValidAfter && { tokensValidAfter }),
    ...(expiresInSeconds && { expiresInSeconds }),
    ...(claims && { claims }),
    secrets: showSecrets(record, terminal.nowMs()),
  };
}

function showNewSecret(sentence: string, clientId: string, label: string, text: string): Output {
  const json = { clientId, clientSecret: text, label };
  return { json, text: `${sentence} Its secret (${label}) is shown this once:\n\n${text}` };
}

const done = (text: string, json: unknown): Output => ({ text, json });
