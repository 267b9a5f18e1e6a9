import { checkSecrets } from '../clients/bcrypt/check-record';
import { checkClient } from '../clients/check-client';
import type { ClientRecord } from '../clients/client';
import type { Fields } from '../clients/fields';

/** A secret without its hash. */
export interface SecretDescription {
  /** Its label; null if it has none. */
  readonly label: string | null;
  /** The bcrypt cost of its hash. */
  readonly cost: number;
  /** When it stops working, in ISO 8601; null if it never does. */
  readonly expiresAt: string | null;
  /** Whether it works now. */
  readonly isLive: boolean;
}

/** A client without hashes. It has the same fields for every store. */
export interface ClientDescription {
  /** The client ID. */
  readonly clientId: string;
  /** The scopes of its tokens. */
  readonly scopes: readonly string[];
  /** Whether the client and its tokens are refused. */
  readonly disabled: boolean;
  /** The time in ISO 8601 before which issued tokens are refused. */
  readonly tokensValidAfter?: string;
  /** How long its tokens are valid, in seconds. */
  readonly expiresInSeconds?: number;
  /** Its own claims for its tokens. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Its secrets, in the order of the record. */
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

/** Formats a time in milliseconds since 1970 as ISO 8601. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
