import { randomBytes } from 'node:crypto';

import { hashSecret } from '../clients/bcrypt/hash-secret';
import type { ClientRecord, ClientSecret } from '../clients/client';
import { checkSecrets } from '../clients/bcrypt/check-record';
import { UsageError, wholeNumber, type Input, type OptionSpec } from './command';

/** The options of every command that makes a secret. */
export const SECRET_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  label: { value: 'TEXT', help: 'a name for the secret, which events tell (default: the date)' },
  cost: { value: 'NUMBER', help: "bcrypt's cost, 4 to 16 (default: 10)" },
};

/** A new secret: its text is shown once and kept nowhere. */
export interface NewSecret {
  readonly text: string;
  readonly hash: string;
}

/** 256 bits of the system's generator. */
export async function createSecret(input: Input): Promise<NewSecret> {
  const cost = wholeNumber(input, 'cost');
  if (cost !== undefined && (cost < 4 || cost > 16))
    throw new UsageError('--cost must be a whole number from 4 to 16.');
  const text = randomBytes(32).toString('base64url');
  return { text, hash: await hashSecret(text, { cost }) };
}

/** The label for a secret beside these. Throws a UsageError where the one that is wanted is taken. */
export function labelBeside(input: Input, others: readonly ClientSecret[]): string {
  const taken = others.map(({ label }) => label);
  const wanted = input.text('label');
  if (wanted !== undefined && taken.includes(wanted))
    throw new UsageError(`There is a secret with the label ${wanted} already.`);
  const date = isoOf(input.terminal.nowMs()).slice(0, 10);
  let label = wanted ?? date;
  for (let count = 2; taken.includes(label); count += 1) label = `${date}-${String(count)}`;
  return label;
}

export const isoOf = (ms: number): string => new Date(ms).toISOString();

/** What may be shown of a secret. */
export interface ShownSecret {
  readonly label: string | null;
  readonly cost: number;
  readonly expiresAt: string | null;
  readonly isLive: boolean;
}

/** A record's secrets without their hashes. */
export function showSecrets(record: ClientRecord, nowMs: number): ShownSecret[] {
  return checkSecrets(record.secrets, `${record.clientId}.secrets`).map(
    ({ label, cost, expiresAtMs }) => ({
      label: label ?? null,
      cost,
      expiresAt: expiresAtMs === Infinity ? null : isoOf(expiresAtMs),
      isLive: nowMs < expiresAtMs,
    }),
  );
}

/** When the last of a record's secrets stops working; undefined where one does not. */
export function endOfSecrets(record: ClientRecord, nowMs: number): string | undefined {
  const ends = showSecrets(record, nowMs).map(({ expiresAt }) => expiresAt ?? '');
  return ends.includes('') ? undefined : [...ends].sort().at(-1);
}
