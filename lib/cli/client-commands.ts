import type { ClientAdmin, ClientDescription, ClientFields } from '../admin/client-admin';
import { CLIENT_ID, cacheHint, SECRET_OPTIONS, secretOptionsOf, withAdmin } from './client-input';
import { listClients } from './list-clients';
import { UsageError, wholeNumber, type Command, type Input, type OptionSpecs } from './command';
import { printable } from './print';
import { showNewSecret, textOf } from './show-client';
import { SECRET_COMMANDS } from './secret-commands';
import { STORE_OPTIONS, withStore } from './stores';
import { TRANSFER_COMMANDS } from './transfer-commands';

/** The options of every command that sets fields of a client. */
const FIELD_OPTIONS: OptionSpecs = {
  scope: { value: 'SCOPE', help: 'a scope of its tokens; may be repeated', multiple: true },
  'expires-in-seconds': { value: 'NUMBER', help: 'how long its tokens are valid' },
};

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
    options: {
      ...STORE_OPTIONS,
      'unused-for': {
        value: 'TIME',
        help: 'only clients whose secrets nobody has used for this long, such as 30d',
      },
    },
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
  ...SECRET_COMMANDS,
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
  ...TRANSFER_COMMANDS,
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
