import type { ClientAdmin, ClientDescription } from '../admin/client-admin';
import { CLIENT_ID, cacheHint, SECRET_OPTIONS, secretOptionsOf, withAdmin } from './client-input';
import { argument, durationMs, moment, type Command, type Input, type Output } from './command';
import { printable } from './print';
import { showNewSecret } from './show-client';
import { STORE_OPTIONS, type OpenStore } from './stores';

/** The commands that change the secrets of a client. */
export const SECRET_COMMANDS: readonly Command[] = [
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
      'retire-others-when-unused': {
        value: 'TIME',
        help: 'also retire those that were last used longer ago than this, such as 14d and 1d at least, if another one was used since; those whose use was never noted keep working',
      },
      ...SECRET_OPTIONS,
    },
    run: (input) => withAdmin(input, false, (admin, clientId) => rotate(input, admin, clientId)),
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
];

async function rotate(input: Input, admin: ClientAdmin, clientId: string): Promise<Output> {
  const retireOthersAt = moment(input, 'retire-others');
  const unusedMs = durationMs(input, 'retire-others-when-unused');
  const retireOthersUnusedSince =
    unusedMs === undefined ? undefined : new Date(input.terminal.nowMs() - unusedMs);
  const options = { ...secretOptionsOf(input), retireOthersAt, retireOthersUnusedSince };
  const secret = await admin.rotate(clientId, options);
  const others =
    retireOthersAt === undefined
      ? 'The other secrets keep working until you retire them.'
      : `The other secrets will expire at ${retireOthersAt.toISOString()}.`;
  const retired = retiredOf(secret.client, unusedMs !== undefined);
  return showNewSecret(`Added a secret to ${clientId}. ${retired}${others}`, secret);
}

/** Names the secrets that a rotation has retired because nobody used them. */
function retiredOf({ secrets }: ClientDescription, isAsked: boolean): string {
  if (!isAsked) return '';
  const retired = secrets.filter(({ isLive }) => !isLive).map(({ label }) => label ?? '-');
  return retired.length === 0
    ? 'No other secret was unused for so long. '
    : `Retired because nobody used it: ${printable(retired.join(', '))}. `;
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
