import type { ClientRecord } from '../clients/client';
import type { EditableClientStore, ListOptions } from '../clients/store';
import { clock, objectWith, required, resolveOptions, type Option } from '../internal/options';
import {
  parseFields,
  parseRetirement,
  type ClientFields,
  type NewSecretOptions,
  type RetireOptions,
  type RotateOptions,
} from './admin-options';
import { retireSecret } from './change-secrets';
import { createDescriber, isoOf, type ClientDescription } from './describe-client';
import { addClient, found, rotate, type NewSecret } from './new-secrets';

export type { ChangeRecord, EditableClientStore, ListOptions, SecretUse } from '../clients/store';
export type { ClientFields, NewSecretOptions, RetireOptions, RotateOptions } from './admin-options';
export { ClientAdminError, type ClientAdminErrorCode } from './client-admin-error';
export type { NewSecret } from './new-secrets';
export type { ClientDescription, SecretDescription } from './describe-client';

/**
 * The functions that manage the clients of a store. Each rejects with a {@link ClientAdminError} if
 * the change is refused, and with a TypeError if an argument or a record is malformed. It also
 * rejects with the errors of the store. The client is then unchanged.
 */
export interface ClientAdmin {
  /**
   * Adds a client and resolves to its first secret. Tokens of an earlier client with this ID are
   * refused.
   *
   * @example
   * ```ts
   * const { clientSecret } = await admin.add('reports', { scopes: ['reports:read'] });
   * ```
   */
  add(clientId: string, options?: ClientFields & NewSecretOptions): Promise<NewSecret>;
  /** Lists clients in the order of their IDs, 1000 at a time by default. */
  list(options?: ListOptions): Promise<readonly ClientDescription[]>;
  /** Describes a client, without hashes. */
  show(clientId: string): Promise<ClientDescription>;
  /**
   * Changes the given fields of a client, at least one, and keeps the others. null removes a field.
   */
  set(clientId: string, fields: ClientFields): Promise<ClientDescription>;
  /**
   * Adds a secret and removes the expired ones. The others keep working unless you set
   * `retireOthersAt`.
   *
   * @example
   * ```ts
   * const inAWeek = new Date(Date.now() + 7 * 86_400_000);
   * const { clientSecret } = await admin.rotate('reports', { retireOthersAt: inAWeek });
   * ```
   */
  rotate(clientId: string, options?: RotateOptions): Promise<NewSecret>;
  /**
   * Retires the secret with this label. Tokens that the client already has stay valid unless you
   * set `endTokens`.
   *
   * @example
   * ```ts
   * await admin.retire('reports', '2026-11-24', { endTokens: true });
   * ```
   */
  retire(clientId: string, label: string, options?: RetireOptions): Promise<ClientDescription>;
  /** Refuses a client and its tokens until you enable it again. */
  disable(clientId: string): Promise<ClientDescription>;
  /** Accepts a disabled client and its tokens again. */
  enable(clientId: string): Promise<ClientDescription>;
  /** Refuses all tokens issued to a client so far; its secrets keep working. */
  endTokens(clientId: string): Promise<ClientDescription>;
  /** Removes a client permanently. */
  remove(clientId: string): Promise<void>;
}

/** The options of {@link clientAdmin}. */
export interface ClientAdminOptions {
  /** The time in milliseconds since 1970, read on each use. Default: `Date.now()`. */
  readonly clock?: (() => number) | undefined;
}

const OPTIONS = { clock } satisfies Record<keyof ClientAdminOptions, Option<unknown>>;
const storeOption = required(
  objectWith<EditableClientStore>('a store with find, list and update', ['find', 'list', 'update']),
);

/**
 * Creates the functions that manage the clients of an editable store.
 *
 * @throws TypeError if the store has no `find`, `list` and `update`, or an option is malformed.
 *
 * @example
 * ```ts
 * const admin = clientAdmin(postgresStore(pool));
 * const { clientSecret } = await admin.add('reports', { scopes: ['reports:read'] });
 * ```
 */
export function clientAdmin(
  editableStore: EditableClientStore,
  options: ClientAdminOptions = {},
): ClientAdmin {
  const store = storeOption.parse(editableStore, 'clientAdmin: store');
  const { clock: now } = resolveOptions(options, 'clientAdmin', OPTIONS);
  const { describe, describeAll } = createDescriber(store, now);
  const change = async (clientId: string, to: (record: ClientRecord) => ClientRecord) => {
    const changed = await store.update(clientId, (record) => to(found(record, clientId)));
    return describe(found(changed, clientId));
  };
  const endTokens = (record: ClientRecord) => ({ ...record, tokensValidAfter: isoOf(now()) });

  return {
    add: (clientId, fields = {}) => addClient({ store, now, describe }, clientId, fields),
    list: async (listOptions) => describeAll(await store.list(listOptions)),
    show: async (clientId) => describe(found(await store.find(clientId), clientId)),
    set: async (clientId, fields) => {
      const given = parseFields(fields);
      return change(clientId, (record) => ({ ...record, ...given }));
    },
    rotate: (clientId, rotation = {}) => rotate({ store, now, describe }, clientId, rotation),
    retire: async (clientId, label, retirement = {}) => {
      const { at, force, endTokens: endsTokens } = parseRetirement(retirement);
      return change(clientId, (record) => {
        const left = retireSecret(record, { label, atMs: at, force }, now());
        return endsTokens ? endTokens(left) : left;
      });
    },
    disable: (clientId) => change(clientId, (record) => ({ ...record, disabled: true })),
    enable: (clientId) => change(clientId, (record) => ({ ...record, disabled: false })),
    endTokens: (clientId) => change(clientId, endTokens),
    remove: async (clientId) => {
      await store.update(clientId, (record) => {
        found(record, clientId);
        return undefined;
      });
    },
  };
}
