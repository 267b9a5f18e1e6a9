import { LONGEST_SECRET_BYTES } from '../clients/bcrypt/bcrypt-hash';
import { checkOwnRecord } from '../clients/bcrypt/check-record';
import type { ClientRecord } from '../clients/client';
import { assertKnown, assertVisibleAscii, isObject } from '../internal/assert';
import { parseCsv } from './csv';

/** A secret to import: its bcrypt hash, or the secret itself, which is hashed. */
export interface ImportedSecret {
  readonly hash?: string;
  readonly secret?: string;
  readonly label?: string;
  readonly expiresAt?: string;
}

/** A client to import. Everything but its secrets is as in the record. */
export interface ImportedClient extends Omit<ClientRecord, 'secrets'> {
  readonly secrets: readonly ImportedSecret[];
}

type Row = Readonly<Record<string, unknown>>;

/** The fields of a client, and of its secret if it has one. Names may also be written `client_id`. */
const FIELDS = [
  ...['clientId', 'scopes', 'disabled', 'tokensValidAfter', 'expiresInSeconds', 'claims'],
  ...['secrets', 'secret', 'hash', 'label', 'expiresAt'],
] as const;
const SECRET_FIELDS = ['hash', 'secret', 'label', 'expiresAt'] as const;
/** The names that other systems use. */
const SYNONYMS: Readonly<Record<string, string>> = {
  id: 'clientId',
  clientSecret: 'secret',
  secretHash: 'hash',
  scope: 'scopes',
};
/** A hash for the check of a record whose own one is not made yet. */
const ANY_HASH = `$2b$10$${'.'.repeat(53)}`;

/**
 * Reads the clients of a file: JSON with an array or with `{ "clients": [ … ] }`, or CSV with one row
 * a client. All of them are checked.
 *
 * @throws Error or TypeError that names the row and the field, and shows no secret.
 */
export function parseImport(text: string, isCsv: boolean, file: string): readonly ImportedClient[] {
  const rows = isCsv ? rowsOfCsv(text, file) : rowsOfJson(text, file);
  const seen = new Set<string>();
  return rows.map((row, index) => {
    const at = `${file}: client ${String(index + 1)}`;
    const client = toClient(row, at);
    if (seen.has(client.clientId))
      throw new TypeError(`${at}: there are two clients with the id ${client.clientId}.`);
    seen.add(client.clientId);
    return client;
  });
}

function rowsOfJson(text: string, file: string): readonly Row[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON. For CSV, add: --format csv`, { cause });
  }
  const clients = isObject(content) ? content.clients : content;
  if (Array.isArray(clients) && clients.every(isObject)) return clients.map(withPlainNames);
  throw new Error(`${file} must have an array of clients, or an object { "clients": [ … ] }.`);
}

function rowsOfCsv(text: string, file: string): readonly Row[] {
  let rows: readonly (readonly string[])[];
  try {
    [...rows] = parseCsv(text);
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message}`, { cause });
  }
  const [names = [], ...others] = rows;
  return others.map((cells, index) => {
    if (cells.length !== names.length)
      throw new Error(
        `${file}: client ${String(index + 1)} has ${String(cells.length)} columns; the first line has ${String(names.length)}.`,
      );
    const given = names.map((name, column) => [name, cells[column]] as const);
    return cellsToFields(
      withPlainNames(Object.fromEntries(given.filter(([, cell]) => cell !== ''))),
    );
  });
}

/** Reads the texts of a row as the values that a record has. A text that is none is left as it is. */
function cellsToFields(row: Row): Row {
  const read = (name: string, text: unknown): unknown => {
    const value = String(text);
    if (name === 'scopes') return value.split(/\s+/);
    if (name === 'disabled') return { true: true, false: false, 1: true, 0: false }[value] ?? value;
    return name === 'expiresInSeconds' ? Number(value) : text;
  };
  return Object.fromEntries(Object.entries(row).map(([name, text]) => [name, read(name, text)]));
}

/** Writes names as records have them: `client_id` and `Client ID` become `clientId`. */
function withPlainNames(row: Row): Row {
  const plain = (name: string) => {
    const key = name
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, '');
    const known = [...FIELDS, ...Object.keys(SYNONYMS)].find((each) => each.toLowerCase() === key);
    return known === undefined ? name : (SYNONYMS[known] ?? known);
  };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [plain(name), value]));
}

function toClient(row: Row, at: string): ImportedClient {
  assertKnown(row, `${at} has no field`, 'fields', FIELDS);
  const { secrets: listed, secret, hash, label, expiresAt, ...fields } = row;
  const own = { secret, hash, label, expiresAt };
  const secrets = Array.isArray(listed) ? listed : secret || hash ? [own] : [];
  if (secrets.length === 0) throw new TypeError(`${at} has neither a secret nor a hash.`);
  const checked = secrets.map((each, index) =>
    toSecret(each, `${at}, secret ${String(index + 1)}`),
  );
  const record = {
    ...fields,
    secrets: checked.map(({ secret: _secret, ...rest }) => ({ hash: ANY_HASH, ...rest })),
  };
  checkOwnRecord(record as unknown as ClientRecord, at);
  return { ...(fields as unknown as ClientRecord), secrets: checked };
}

function toSecret(value: unknown, at: string): ImportedSecret {
  if (!isObject(value)) throw new TypeError(`${at} must be an object.`);
  const given = Object.entries(withPlainNames(value)).filter(([, each]) => each != null);
  const secret = Object.fromEntries(given) as ImportedSecret;
  assertKnown(secret, `${at} has no field`, 'fields', SECRET_FIELDS);
  if ((secret.hash === undefined) === (secret.secret === undefined))
    throw new TypeError(`${at} must have either a hash or a secret.`);
  if (secret.secret !== undefined) assertVisibleAscii(secret.secret, at, LONGEST_SECRET_BYTES);
  return secret;
}
