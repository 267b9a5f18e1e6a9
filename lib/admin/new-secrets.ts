import { assertClientId } from '../clients/check-client';
import type { ClientRecord, ClientSecret } from '../clients/client';
import type { EditableClientStore } from '../clients/store';
import {
  givenFields,
  parseAdd,
  parseRotation,
  type ClientFields,
  type NewSecretOptions,
  type RotateOptions,
} from './admin-options';
import { freeLabel, generateSecret, secretsBesides } from './change-secrets';
import { ClientAdminError } from './client-admin-error';
import { isoOf, lastUseOf, type ClientDescription } from './describe-client';

/** A new secret. Only its hash is stored, so show the secret to its owner now. */
export interface NewSecret {
  /** The client with its new secret, without hashes. */
  readonly client: ClientDescription;
  /** The secret: 43 characters with 256 random bits. */
  readonly clientSecret: string;
  /** The label of the secret. */
  readonly label: string;
  /** Undoes the change if the secret could not be delivered. Rejects if the store fails. */
  takeBack(): Promise<void>;
}

/** The parts of {@link addClient} and {@link rotate}. */
export interface NewSecretParts {
  readonly store: EditableClientStore;
  readonly now: () => number;
  readonly describe: (record: ClientRecord) => Promise<ClientDescription>;
}

/** Adds a client: see `ClientAdmin.add`. */
export async function addClient(
  { store, now, describe }: NewSecretParts,
  clientId: string,
  options: ClientFields & NewSecretOptions,
): Promise<NewSecret> {
  assertClientId(clientId, 'The client id');
  const { label: wanted, cost, ...fields } = parseAdd(options);
  const { clientSecret, hash } = await generateSecret(cost);
  const label = freeLabel(wanted, [], now());
  const client: ClientRecord = {
    ...givenFields(fields),
    clientId,
    secrets: [{ label, hash }],
    // An earlier client with this ID may still have tokens.
    tokensValidAfter: isoOf(now()),
  };
  await store.update(clientId, (existing) => {
    if (!existing) return client;
    const message = `The client ${clientId} already exists. To give it another secret, rotate it.`;
    throw new ClientAdminError('ERR_CLIENT_EXISTS', message);
  });
  const takeBack = async (): Promise<void> => {
    await store.update(clientId, (record) => {
      const others = record?.secrets.filter((each) => each.hash !== hash);
      if (record === undefined || others?.length === record.secrets.length) return record;
      return others?.length ? { ...record, secrets: others } : undefined;
    });
  };
  return { client: await describe(client), clientSecret, label, takeBack };
}

/** Adds a secret to a client: see `ClientAdmin.rotate`. */
export async function rotate(
  parts: NewSecretParts,
  clientId: string,
  rotation: RotateOptions,
): Promise<NewSecret> {
  const { store, now, describe } = parts;
  const { label: wanted, cost, retireOthersAt, retireOthersUnusedSince } = parseRotation(rotation);
  const uses = await unusedSince(parts, clientId, retireOthersUnusedSince);
  const { clientSecret, hash } = await generateSecret(cost);
  let [before, label]: [ClientRecord['secrets'], string] = [[], ''];
  const rotated = await store.update(clientId, (existing) => {
    const record = found(existing, clientId);
    before = record.secrets;
    label = freeLabel(wanted, before, now());
    const retireAtMs = (secret: ClientSecret) => (uses.isUnused(secret) ? now() : retireOthersAt);
    return { ...record, secrets: [{ label, hash }, ...secretsBesides(record, retireAtMs, now())] };
  });
  const after = found(rotated, clientId);
  const takeBack = async (): Promise<void> => {
    await store.update(clientId, (record) => {
      if (!record?.secrets.some((each) => each.hash === hash)) return record;
      const others = record.secrets.filter((each) => each.hash !== hash);
      return { ...record, secrets: others.map((each) => restored(each, before, after.secrets)) };
    });
  };
  return { client: await describe(after), clientSecret, label, takeBack };
}

/** The least time without a use that counts, in milliseconds: uses are noted once an hour. */
const LEAST_UNUSED_MS = 86_400_000;

/**
 * Finds out which secrets of a client were last used before a time. There are none unless another
 * one was used since: otherwise uses may not be noted any more.
 */
async function unusedSince(
  { store, now }: NewSecretParts,
  clientId: string,
  sinceMs: number | undefined,
): Promise<{ isUnused(secret: ClientSecret): boolean }> {
  if (sinceMs === undefined) return { isUnused: () => false };
  if (sinceMs > now() - LEAST_UNUSED_MS)
    throw new TypeError(
      'rotate: retireOthersUnusedSince must be a day ago or earlier, because uses are noted once an hour.',
    );
  if (store.findUses === undefined)
    throw new TypeError(
      'rotate: retireOthersUnusedSince needs a store that notes uses. This one does not.',
    );
  const uses = await store.findUses([clientId]);
  const isNoted = uses.some(({ at }) => at.getTime() >= sinceMs);
  return {
    isUnused: ({ label = null }) => {
      // Without a note, nobody knows whether the secret is in use.
      const last = lastUseOf(uses, clientId, label);
      return isNoted && last !== undefined && last.getTime() < sinceMs;
    },
  };
}

/** Restores a secret to its state before a rotation, unless it has changed since. */
function restored(
  secret: ClientSecret,
  before: readonly ClientSecret[],
  after: readonly ClientSecret[],
): ClientSecret {
  const isSame = ({ hash, label }: ClientSecret) => hash === secret.hash && label === secret.label;
  const isUnchanged = after.find(isSame)?.expiresAt === secret.expiresAt;
  return (isUnchanged ? before.find(isSame) : undefined) ?? secret;
}

/** Returns the record. Throws a ClientAdminError if there is none. */
export function found(record: ClientRecord | null | undefined, clientId: string): ClientRecord {
  if (record) return record;
  throw new ClientAdminError('ERR_CLIENT_NOT_FOUND', `The client ${clientId} does not exist.`);
}
