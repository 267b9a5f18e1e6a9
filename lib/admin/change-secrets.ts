import { randomBytes } from 'node:crypto';

import { hashSecret } from '../clients/bcrypt/hash-secret';
import type { ClientRecord, ClientSecret } from '../clients/client';
import { ClientAdminError } from './client-admin-error';
import { describeSecrets, isoOf } from './describe-client';

/** The text that stands for a missing label. */
export const NO_LABEL = '-';

/** A new secret and its hash. */
export interface GeneratedSecret {
  readonly clientSecret: string;
  readonly hash: string;
}

/** Generates a secret of 256 random bits. Rejects with a TypeError if the cost is out of range. */
export async function generateSecret(cost: number | undefined): Promise<GeneratedSecret> {
  // A dash in front of its text would make it look like an option of a command.
  const clientSecret = randomBytes(32).toString('base64url').replace(/^-/, 'A');
  return { clientSecret, hash: await hashSecret(clientSecret, { cost }) };
}

/**
 * Chooses the label of a new secret: the wanted one, or the date. Throws a ClientAdminError if the
 * wanted one is taken.
 */
export function freeLabel(
  wanted: string | undefined,
  others: readonly ClientSecret[],
  nowMs: number,
): string {
  const taken = others.map(({ label }) => label);
  if (wanted !== undefined && taken.includes(wanted)) {
    const message = `The label "${wanted}" is already in use. Choose another one.`;
    throw new ClientAdminError('ERR_LABEL_TAKEN', message);
  }
  const date = isoOf(nowMs).slice(0, 10);
  let label = wanted ?? date;
  for (let count = 2; taken.includes(label); count += 1) label = `${date}-${String(count)}`;
  return label;
}

/**
 * Selects the secrets to keep beside a new one: those that still work.
 *
 * @param retireAtMs Returns when a secret expires; undefined leaves it as it is.
 */
export function secretsBesides(
  record: ClientRecord,
  retireAtMs: (secret: ClientSecret) => number | undefined,
  nowMs: number,
): ClientRecord['secrets'] {
  const described = describeSecrets(record, nowMs);
  const live = record.secrets.filter((_secret, index) => described[index]?.isLive);
  return live.map((secret) => {
    const atMs = retireAtMs(secret);
    return atMs === undefined ? secret : expireBy(secret, atMs);
  });
}

/** The secret to retire, and when. */
export interface Retirement {
  readonly label: string;
  /** The time in milliseconds since 1970; undefined means now. */
  readonly atMs: number | undefined;
  /** Whether the last working secret may be retired too. */
  readonly force: boolean;
}

/**
 * Removes a secret, or sets its expiry. Throws a ClientAdminError if the label does not name
 * exactly one secret, or if no secret would then work.
 */
export function retireSecret(
  record: ClientRecord,
  { label, atMs, force }: Retirement,
  nowMs: number,
): ClientRecord {
  const isMeant = (secret: ClientSecret) => (secret.label ?? NO_LABEL) === label;
  assertOne(record, label, record.secrets.filter(isMeant).length);
  const others = record.secrets.filter((secret) => !isMeant(secret));
  const thenMs = Math.max(atMs ?? 0, nowMs);
  const isOneLeft = describeSecrets({ ...record, secrets: others }, thenMs).some(
    ({ isLive }) => isLive,
  );
  if (!isOneLeft && !force) {
    const remedy = 'Rotate first, or disable or remove the client.';
    throw new ClientAdminError(
      'ERR_LAST_SECRET',
      `Cannot retire "${label}": ${record.clientId} would have no working secret. ${remedy}`,
    );
  }
  if (atMs === undefined) return { ...record, secrets: others };
  const retire = (secret: ClientSecret) => (isMeant(secret) ? expireBy(secret, atMs) : secret);
  return { ...record, secrets: record.secrets.map(retire) };
}

function assertOne({ clientId, secrets }: ClientRecord, label: string, count: number): void {
  if (count === 1) return;
  if (count === 0) {
    const labels = secrets.map((secret) => secret.label ?? NO_LABEL).join(', ');
    const message = `${clientId} has no secret with the label "${label}". Its labels are: ${labels}`;
    throw new ClientAdminError('ERR_LABEL_NOT_FOUND', message);
  }
  const message = `${clientId} has ${String(count)} secrets with the label "${label}". Give each its own label in the store.`;
  throw new ClientAdminError('ERR_LABEL_AMBIGUOUS', message);
}

/** Sets the expiry of a secret, unless the secret expires earlier. */
function expireBy(secret: ClientSecret, ms: number): ClientSecret {
  return {
    ...secret,
    expiresAt: isoOf(Math.min(ms, new Date(secret.expiresAt ?? ms).getTime())),
  };
}
