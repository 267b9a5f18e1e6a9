import { indexRecords } from '../clients/bcrypt/check-record';
import type { ClientRecord } from '../clients/client';
import type { ChangeRecord, EditableClientStore, SecretUse } from '../clients/store';
import { clock, resolveOptions, wholeNumber, type Option } from '../internal/options';
import type { RevocationStore } from '../tokens/revocation-store';
import { applyChange, copyRecord, keptLabels, listFrom, withUse } from './editable';

export { applyChange } from './editable';
export type { ChangeRecord, EditableClientStore, ListOptions, SecretUse } from '../clients/store';

/**
 * Creates a store of clients in the memory of this process, for tests and for apps that change
 * their clients. If they never change, pass the array to `bcryptVerifier`.
 *
 * @param clients The initial clients; they are copied.
 * @throws TypeError if a record is malformed, or two share an id.
 *
 * @example
 * ```ts
 * const store = memoryStore();
 * const { clientSecret } = await clientAdmin(store).add('reports');
 * const verifier = bcryptVerifier(store);
 * ```
 */
export function memoryStore(clients: readonly ClientRecord[] = []): EditableClientStore {
  const records = indexRecords(clients, 'memoryStore: clients', copyRecord);
  let uses: readonly SecretUse[] = [];
  function change(clientId: string, to: ChangeRecord): ClientRecord | undefined {
    const before = records.get(clientId);
    const changed = applyChange(clientId, before, to);
    const kept = keptLabels(before, changed);
    if (kept !== undefined)
      uses = uses.filter((use) => use.clientId !== clientId || kept.includes(use.label));
    if (changed === undefined) records.delete(clientId);
    else records.set(clientId, changed);
    return changed;
  }
  return {
    find: (clientId) => records.get(clientId),
    // Inside a promise, so that what is thrown becomes a rejection.
    list: (options = {}) => Promise.resolve().then(() => listFrom(records, options)),
    update: (clientId, to) => Promise.resolve().then(() => change(clientId, to)),
    noteUse: (clientId, label, at) => {
      uses = withUse(uses, { clientId, label: label ?? null, at });
    },
    findUses: (clientIds) =>
      Promise.resolve(uses.filter(({ clientId }) => clientIds.includes(clientId))),
  };
}

/** The options of {@link memoryRevocations}. */
export interface MemoryRevocationsOptions {
  /**
   * The number of revoked tokens to keep until they expire, 1 to 10,000,000, at about 150 bytes
   * each. Default: 100,000.
   */
  readonly max?: number | undefined;
  /** The time in milliseconds since 1970, read on each use. Default: `Date.now()`. */
  readonly clock?: (() => number) | undefined;
}

/**
 * One row per option of `memoryRevocations`.
 *
 * @internal
 */
export const MEMORY_REVOCATIONS_OPTIONS = {
  max: wholeNumber(100_000, 1, 10_000_000),
  clock,
} satisfies Record<keyof MemoryRevocationsOptions, Option<unknown>>;

/**
 * The least time between two removals of expired tokens, in milliseconds: each blocks the event
 * loop.
 */
const PURGE_EVERY_MS = 1000;

/**
 * Creates a store of revoked tokens in the memory of this process. If it is full, `revoke` throws a
 * RangeError: it never forgets a revoked token to make room.
 *
 * @throws TypeError if an option is malformed.
 *
 * @example
 * ```ts
 * const auth = createJwtAuth({ keys, verifier, revocations: memoryRevocations() });
 * ```
 */
export function memoryRevocations(options: MemoryRevocationsOptions = {}): RevocationStore {
  const settings = resolveOptions(options, 'memoryRevocations', MEMORY_REVOCATIONS_OPTIONS);
  const { max } = settings;
  const endsAtMs = new Map<string, number>();
  let purgedAtMs = -Infinity;

  function forgetExpired(): void {
    const now = settings.clock();
    if (purgedAtMs <= now && now < purgedAtMs + PURGE_EVERY_MS) return;
    purgedAtMs = now;
    for (const [jti, end] of endsAtMs) if (end <= now) endsAtMs.delete(jti);
  }
  return {
    isRevoked: (jti) => endsAtMs.has(jti),
    revoke: (jti, expiresAt) => {
      if (endsAtMs.size >= max && !endsAtMs.has(jti)) forgetExpired();
      if (endsAtMs.size >= max && !endsAtMs.has(jti))
        throw new RangeError(`memoryRevocations: ${String(max)} tokens are revoked. Raise max.`);
      endsAtMs.set(jti, expiresAt.getTime());
    },
  };
}
