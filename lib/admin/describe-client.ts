import { checkSecrets } from '../clients/bcrypt/check-record';
import { checkClient } from '../clients/check-client';
import type { ClientRecord } from '../clients/client';
import type { Fields } from '../clients/fields';
import type { EditableClientStore, SecretUse } from '../clients/store';

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
  /**
   * When it was last used, to the hour, in ISO 8601; null if no use was noted. Absent if the store
   * notes no uses, or could not tell.
   */
  readonly lastUsedAt?: string | null;
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

/**
 * Describes a record. Throws a TypeError that names the field if the record is malformed.
 *
 * @param uses The last uses of its secrets; undefined if they are not known.
 */
export function describeClient(
  record: ClientRecord,
  nowMs: number,
  uses?: readonly SecretUse[],
): ClientDescription {
  const client = checkClient(record, 'The record');
  const { clientId, scopes, disabled, tokensValidAfterMs, expiresInSeconds, claims } = client;
  return {
    clientId,
    scopes: scopes ?? [],
    disabled,
    ...(tokensValidAfterMs > 0 && { tokensValidAfter: isoOf(tokensValidAfterMs) }),
    ...(expiresInSeconds !== undefined && { expiresInSeconds }),
    ...(claims && { claims }),
    secrets: describeSecrets(record, nowMs, uses),
  };
}

/** Describes the secrets of a record. Throws a TypeError if one is malformed. */
export function describeSecrets(
  record: ClientRecord,
  nowMs: number,
  uses?: readonly SecretUse[],
): readonly SecretDescription[] {
  const of = `The record (client ${record.clientId})`;
  return checkSecrets(record as unknown as Fields, of).map(
    ({ label = null, cost, expiresAtMs }) => ({
      label,
      cost,
      expiresAt: expiresAtMs === Infinity ? null : isoOf(expiresAtMs),
      isLive: nowMs < expiresAtMs,
      ...(uses && { lastUsedAt: lastUseOf(uses, record.clientId, label)?.toISOString() ?? null }),
    }),
  );
}

/** Finds the last use of a secret by its label; undefined if none was noted. */
export function lastUseOf(
  uses: readonly SecretUse[],
  clientId: string,
  label: string | null,
): Date | undefined {
  return uses.find((use) => use.clientId === clientId && use.label === label)?.at;
}

/** Finds the last uses of the secrets of these clients; undefined if they are not known. */
export async function usesOf(
  store: EditableClientStore,
  records: readonly ClientRecord[],
): Promise<readonly SecretUse[] | undefined> {
  try {
    return await store.findUses?.(records.map(({ clientId }) => clientId));
  } catch {
    // The clients themselves are known, and a change of them has been made.
    return undefined;
  }
}

/** Formats a time in milliseconds since 1970 as ISO 8601. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Creates the functions that describe the records of a store, with the last uses of their secrets. */
export function createDescriber(store: EditableClientStore, now: () => number) {
  return {
    describe: async (record: ClientRecord) =>
      describeClient(record, now(), await usesOf(store, [record])),
    describeAll: async (records: readonly ClientRecord[]) => {
      const uses = await usesOf(store, records);
      return records.map((record) => describeClient(record, now(), uses));
    },
  };
}
