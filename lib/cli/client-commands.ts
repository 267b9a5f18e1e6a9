import {
  clientAdmin,
  type ClientAdmin,
  type ClientDescription,
  type ClientFields,
  type NewSecretOptions,
} from '../admin/client-admin';
import { isClientId } from '../clients/check-client';
import { listClients } from './list-clients';
import {
  argument,
  moment,
  UsageError,
  wholeNumber,
  type Command,
  type Input,
  type OptionSpecs,
  type Output,
} from './command';
import { printable } from './print';
import { showNewSecret, textOf } from './show-client';
import { STORE_OPTIONS, withStore, type OpenStore } from './stores';

const CLIENT_ID = ['CLIENT-ID'];

/** The options of every command that creates a secret. */
export const SECRET_OPTIONS = {
  label: { value: 'TEXT', help: 'a name for the secret, shown in events (default: the date)' },
  cost: { value: 'NUMBER', help: "bcrypt's cost, 4 to 16 (default: 10)" },
} satisfies OptionSpecs;

/** The options of every command that sets fields of a client. */
const FIELD_OPTIONS: OptionSpecs = {
  scope: { value: 'SCOPE', help: 'a scope of its tokens; may be repeated', multiple: true },
  'expires-in-seconds': { value: 'NUMBER', help: 'how long its tokens are valid' },
};

const cacheHint = ({ follows }: OpenStore): string => `Running apps follow ${follows}.`;

/** The commands that manage clients. */
export const CLIENT_COMMANDS: readonly Command[] = [
  {
    name: 'client add',
    args: CLIENT_ID,
    summary: 'add a client and show its secret once',
    options: { ...STORE_OPTIONS, ...FIELD_OPTIONS, ...SECRET_OPTIONS },
    run: (input) =>
      withAdmin(input, true, async (admin, clientId, { place }) => {
        const secret = await admin.add(clientId, { ...fieldsOf(input), ...secretOptionsOf(input) });
        return showNewSecret(`Added ${clientId}${place}.`, secret, scopeHints(input));
      }),
  },
  {
    name: 'client list',
    args: [],
    summary: 'list the clients',
    options: STORE_OPTIONS,
    run: (input) => withStore(input, false, ({ store }) => listClients(store, input)),
  },
  {
    name: 'client show',
    args: CLIENT_ID,
    summary: 'show a client without its hashes',
    options: STORE_OPTIONS,
    run: (input) =>
      withAdmin(input, false, async (admin, clientId) => {
        const client = await admin.show(clientId);
        return { json: client, text: textOf(client) };
      }),
  },
  {
    name: 'client set',
    args: CLIENT_ID,
    summary: 'change the scopes or the token lifetime of a client; give at least one',
    options: { ...STORE_OPTIONS, ...FIELD_OPTIONS },
    run: (input) =>
      withAdmin(input, false, async (admin, clientId, open) => {
        const fields = fieldsOf(input);
        if (Object.keys(fields).length === 0)
          throw new UsageError('Give --scope or --expires-in-seconds.');
        const client = await admin.set(clientId, fields);
        const hints = [...scopeHints(input), cacheHint(open)];
        return { json: client, text: `Changed ${clientId}.\n\n${textOf(client)}`, hints };
      }),
  },
  {
    name: 'client rotate',
    args: CLIENT_ID,
    summary: 'add a secret and show it once; the others keep working',
    options: {
      ...STORE_OPTIONS,
      'retire-others': {
        value: 'WHEN',
        help: 'when the others expire: now, 7d, 24h, 30m, 30s, or an ISO 8601 date such as 2026-12-01 or 2026-12-01T09:00Z',
      },
      ...SECRET_OPTIONS,
    },
    run: (input) =>
      withAdmin(input, false, async (admin, clientId) => {
        const retireOthersAt = moment(input, 'retire-others');
        const rotation = { ...secretOptionsOf(input), retireOthersAt };
        const secret = await admin.rotate(clientId, rotation);
        const others =
          retireOthersAt === undefined
            ? 'The other secrets keep working until you retire them.'
            : `The other secrets will expire at ${retireOthersAt.toISOString()}.`;
        return showNewSecret(`Added a secret to ${clientId}. ${others}`, secret);
      }),
  },
  {
    name: 'client retire',
    args: ['CLIENT-ID', 'LABEL'],
    summary: 'retire the secret with this label, unless it is the last working one',
    options: {
      ...STORE_OPTIONS,
      at: {
        value: 'WHEN',
        help: 'when it stops working: 7d, 24h, 30m, 30s, or an ISO 8601 date such as 2026-12-01 or 2026-12-01T09:00Z (default: now, which deletes it)',
      },
      'end-tokens': { help: 'also refuse all tokens issued to the client so far' },
      force: { help: 'retire it even if it is the last working secret' },
    },
    run: (input) =>
      withAdmin(input, false, (admin, clientId, open) => retire(input, admin, clientId, open)),
  },
  changeCommand(
    'disable',
    'refuse a client and its tokens until you enable it; to end its tokens permanently, use end-tokens',
    (admin, clientId) => admin.disable(clientId),
    ({ clientId }) => `Disabled ${clientId}.`,
  ),
  changeCommand(
    'enable',
    'accept a disabled client and its tokens again',
    (admin, clientId) => admin.enable(clientId),
    ({ clientId }) => `Enabled ${clientId}.`,
  ),
  changeCommand(
    'end-tokens',
    'refuse all tokens issued to a client so far; its secrets keep working',
    (admin, clientId) => admin.endTokens(clientId),
    ({ clientId, tokensValidAfter = '' }) =>
      `Every token issued to ${clientId} before ${tokensValidAfter} is refused.`,
  ),
  {
    name: 'client remove',
    args: CLIENT_ID,
    summary: 'remove a client permanently',
    options: STORE_OPTIONS,
    run: (input) =>
      withAdmin(input, false, async (admin, clientId, open) => {
        await admin.remove(clientId);
        const json = { clientId, removed: true };
        return { json, text: `Removed ${clientId}.`, hints: [cacheHint(open)] };
      }),
  },
];

/** Creates a command that changes one thing of one client. */
function changeCommand(
  word: string,
  summary: string,
  change: (admin: ClientAdmin, clientId: string) => Promise<ClientDescription>,
  sentence: (client: ClientDescription) => string,
): Command {
  return {
    name: `client ${word}`,
    args: CLIENT_ID,
    summary,
    options: STORE_OPTIONS,
    run: (input) =>
      withAdmin(input, false, async (admin, clientId, open) => {
        const client = await change(admin, clientId);
        return { json: client, text: sentence(client), hints: [cacheHint(open)] };
      }),
  };
}

async function retire(
  input: Input,
  admin: ClientAdmin,
  clientId: string,
  open: OpenStore,
): Promise<Output> {
  const label = argument(input, 1);
  const at = moment(input, 'at');
  const endTokens = input.isSet('end-tokens');
  const client = await admin.retire(clientId, label, {
    at,
    endTokens,
    force: input.isSet('force'),
  });
  const when = at === undefined ? 'is retired' : `will stop working at ${at.toISOString()}`;
  const ends = client.secrets.map(({ expiresAt }) => expiresAt ?? '');
  const isEndless = ends.length === 0 || ends.includes('');
  const last = isEndless ? undefined : [...ends].sort().at(-1);
  const hints = [
    cacheHint(open),
    ...(last === undefined
      ? []
      : [`All remaining secrets expire, the last one at ${last}. Rotate before that.`]),
    endTokens
      ? `Every token issued to ${clientId} so far is refused too.`
      : `Tokens already issued to ${clientId} stay valid until they expire. To refuse them all, run: npx express-client-jwt client end-tokens ${clientId} ${open.options}`,
  ];
  const json = { clientId, label, retiredAt: at?.toISOString() ?? null, endedTokens: endTokens };
  return { json, text: `The secret ${printable(label)} of ${clientId} ${when}.`, hints };
}

async function withAdmin(
  input: Input,
  create: boolean,
  action: (admin: ClientAdmin, clientId: string, open: OpenStore) => Promise<Output>,
): Promise<Output> {
  const clientId = argument(input, 0);
  if (!isClientId(clientId))
    throw new UsageError('CLIENT-ID must be 1 to 256 visible ASCII characters.');
  const clock = () => input.terminal.nowMs();
  return withStore(input, create, (open) =>
    action(clientAdmin(open.store, { clock }), clientId, open),
  );
}

function fieldsOf(input: Input): ClientFields {
  const scopes = input.texts('scope').flatMap((text) => text.split(' '));
  const expiresInSeconds = wholeNumber(input, 'expires-in-seconds');
  return {
    ...(input.texts('scope').length > 0 && { scopes: scopes.filter((scope) => scope !== '') }),
    ...(expiresInSeconds !== undefined && { expiresInSeconds }),
  };
}

function scopeHints(input: Input): readonly string[] {
  const comma = input.texts('scope').find((scope) => scope.includes(','));
  return comma === undefined
    ? []
    : [`"${printable(comma)}" is one scope with a comma in it. For several, repeat --scope.`];
}

function secretOptionsOf(input: Input): NewSecretOptions {
  const cost = wholeNumber(input, 'cost');
  if (cost !== undefined && (cost < 4 || cost > 16))
    throw new UsageError('--cost must be a whole number from 4 to 16.');
  const label = input.text('label');
  if (label?.trim() === '') throw new UsageError('--label must not be empty.');
  return { cost, label };
}
