import { checkSecrets } from '../clients/bcrypt/check-record';
import { checkClient } from '../clients/check-client';
import type { ClientRecord } from '../clients/client';
import type { Fields } from '../clients/fields';

/** A secret as it may be shown: without its hash. */
export interface SecretDescription {
  /** Its name; null if it has none. */
  readonly label: string | null;
  /** The bcrypt cost of its hash. */
  readonly cost: number;
  /** When it stops working, in ISO 8601; null if it does not expire. */
  readonly expiresAt: string | null;
  /** Whether it works now. */
  readonly isLive: boolean;
}

/** A client as it may be shown: with the same fields whatever the store, and without hashes. */
export interface ClientDescription {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly disabled: boolean;
  /** Tokens issued before this moment are refused, in ISO 8601. */
  readonly tokensValidAfter?: string;
  /** How long its tokens are valid, in seconds. */
  readonly expiresInSeconds?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly secrets: readonly SecretDescription[];
}

/** Describes a record. Throws a TypeError that names the field if the record is malformed. */
export function describeClient(record: ClientRecord, nowMs: number): ClientDescription {
  const client = checkClient(record, 'The record');
  const { clientId, scopes, disabled, tokensValidAfterMs, expiresInSeconds, claims } = client;
  return {
    clientId,
    scopes: scopes ?? [],
    disabled,
    ...(tokensValidAfterMs > 0 && { tokensValidAfter: isoOf(tokensValidAfterMs) }),
    ...(expiresInSeconds !== undefined && { expiresInSeconds }),
    ...(claims && { claims }),
    secrets: describeSecrets(record, nowMs),
  };
}

/** Describes the secrets of a record. Throws a TypeError if one is malformed. */
export function describeSecrets(record: ClientRecord, nowMs: number): readonly SecretDescription[] {
  const of = `The record (client ${record.clientId})`;
  return checkSecrets(record as unknown as Fields, of).map(({ label, cost, expiresAtMs }) => ({
    label: label ?? null,
    cost,
    expiresAt: expiresAtMs === Infinity ? null : isoOf(expiresAtMs),
    isLive: nowMs < expiresAtMs,
  }));
}

/** A moment in ISO 8601. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
