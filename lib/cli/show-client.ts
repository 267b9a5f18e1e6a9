import { NO_LABEL } from '../admin/change-secrets';
import type { ClientDescription, NewSecret } from '../admin/client-admin';
import type { Output } from './command';
import { lastUseText } from './list-clients';
import { printable, table } from './print';

/** Formats a new secret. It is taken back if it cannot be shown. */
export function showNewSecret(
  sentence: string,
  secret: NewSecret,
  hints: readonly string[] = [],
): Output {
  const { client, clientSecret, label } = secret;
  return {
    json: { clientId: client.clientId, clientSecret, label },
    text: `${sentence} The new secret (${printable(label)}) is shown only once:\n\n${clientSecret}`,
    hints,
    takeBack: () => secret.takeBack(),
  };
}

/** Formats a client and its secrets, without hashes. */
export function textOf({ secrets, ...fields }: ClientDescription): string {
  const lines = Object.entries(fields).map(([name, value]) => [name, fieldText(value)]);
  const rows = secrets.map(({ label, cost, expiresAt, isLive, lastUsedAt }) => [
    ...[label ?? NO_LABEL, String(cost), isLive ? 'live' : 'expired', expiresAt ?? 'never'],
    lastUseText(lastUsedAt),
  ]);
  return `${table(lines)}\n\n${table([['SECRET', 'COST', 'STATUS', 'EXPIRES', 'LAST USED'], ...rows])}`;
}

function fieldText(value: unknown): string {
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
