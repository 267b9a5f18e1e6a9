import { assertThat, integerOr, isObject, own, UNSET_HINT } from '../internal/assert';
import { deepFreeze } from '../internal/deep-freeze';

/** A client: a program that may call the API. Where a field is null or absent, its default holds. */
export interface Client {
  /** Its name: 1 to 256 visible ASCII characters. It becomes `sub` and `client_id` in the token. */
  readonly clientId: string;
  /** What its tokens may be used for (RFC 6749 §3.3). Default: none. */
  readonly scopes?: readonly string[] | null | undefined;
  /** A disabled client gets no token, and the tokens it has are refused. Default: false. */
  readonly disabled?: boolean | null | undefined;
  /**
   * Tokens issued before this moment are refused: set it to now to end them all. A Date, or a string in ISO 8601, which is
   * what `bcryptVerifier` answers with.
   */
  readonly tokensValidAfter?: Date | string | null | undefined;
  /** How long its tokens are valid, in seconds. Default: the `expiresInSeconds` of createJwtAuth. */
  readonly expiresInSeconds?: number | null | undefined;
  /** More claims for its tokens. Names that the package itself sets (`sub`, `exp`, `scope`, …) are left out. */
  readonly claims?: Readonly<Record<string, unknown>> | null | undefined;
}

/** One secret of a client, as its bcrypt hash. */
export interface ClientSecret {
  /** The bcrypt hash: `$2b$10$…`. `undefined` is in the type so that `process.env.X` compiles; it is refused. */
  readonly hash: string | undefined;
  /** From this moment on the secret is refused. A Date, or a string in ISO 8601. Default: never. */
  readonly expiresAt?: Date | string | null | undefined;
  /** A name for people, which events tell: "2026-11". Default: none. */
  readonly label?: string | null | undefined;
}

/** A client with its secrets. Several may be live at once: that is how a secret is rotated without an outage. */
export interface ClientRecord extends Client {
  readonly secrets: readonly ClientSecret[];
}

/** What decides whether a client's tokens are honoured. Times are milliseconds since 1970. */
export interface Standing {
  readonly disabled: boolean;
  readonly tokensValidAfterMs: number;
}

/** A client whose fields have been checked and filled in. */
export interface CheckedClient extends Standing {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expiresInSeconds: number | undefined;
  readonly claims: Readonly<Record<string, unknown>> | undefined;
}

/** A secret whose fields have been checked. Times are milliseconds since 1970. */
export interface CheckedSecret {
  readonly hash: string;
  readonly cost: number;
  readonly expiresAtMs: number;
  readonly label: string | undefined;
}

/** A year: no token lives longer, so that a slip in the unit is seen. */
export const LONGEST_LIFETIME_SECONDS = 31_536_000;

/** Above this cost one compare takes seconds: such a hash would be a way to stop the service. */
export const HIGHEST_COST = 16;
/** bcrypt has no lower one. */
export const LOWEST_COST = 4;

/** RFC 6749 Appendix A.1: ids are visible ASCII; a space in one could not be told from two headers joined. */
const CLIENT_ID = /^[\x21-\x7e]{1,256}$/;
/** RFC 6749 §3.3: scope-token. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
/**
 * bcrypt's modular crypt format: version, cost, 22 characters of salt, 31 of hash. The last character of the salt has
 * two bits to say; with others in it no secret would match.
 */
const BCRYPT_HASH = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}$/;

/** RFC 6749 §3.3. */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && SCOPE.test(value);
}

/** What is known of the clients that {@link frozenClient} has made: it cannot change, so it is not worked out again. */
const knownClients = new WeakMap<object, CheckedClient>();

/**
 * A client as a verifier may hand it out: nothing in it can be changed.
 *
 * @throws TypeError where its claims are no object as JSON.
 */
export function frozenClient(checked: CheckedClient): Client & { readonly disabled: boolean } {
  const { clientId, scopes, disabled, tokensValidAfterMs, expiresInSeconds, claims } = checked;
  // A text, since a Date can be set even in a frozen object.
  const tokensValidAfter = new Date(tokensValidAfterMs).toISOString();
  const client = deepFreeze({
    clientId,
    scopes: [...scopes],
    disabled,
    tokensValidAfter,
    expiresInSeconds,
    claims: copyOf(claims, `client ${clientId}`),
  });
  knownClients.set(client, { ...checked, scopes: client.scopes, claims: client.claims });
  return client;
}

/** As JSON, which claims become in a token anyway. */
function copyOf(claims: CheckedClient['claims'], of: string): CheckedClient['claims'] {
  if (claims === undefined) return undefined;
  const copy: unknown = JSON.parse(JSON.stringify(claims));
  assertThat(isObject(copy), `${of}.claims`, 'an object, also as JSON', copy);
  return copy;
}

/**
 * The standing of the client with this id, out of what a verifier answered.
 *
 * @throws TypeError that names the field; the value itself is not repeated.
 */
export function checkStanding(value: unknown, name: string, clientId: string): Standing {
  assertThat(isObject(value), name, 'a client: an object with a clientId', value);
  const known = knownClients.get(value);
  if (known?.clientId === clientId) return known;
  if (field(value, 'clientId') !== clientId)
    throw new TypeError(`${name}.clientId is not the id that was asked for.`);
  const disabled = field(value, 'disabled') ?? false;
  assertThat(typeof disabled === 'boolean', `${name}.disabled`, 'true or false', disabled);
  return { disabled, tokensValidAfterMs: dateMs(value, 'tokensValidAfter', name) ?? 0 };
}

/**
 * A client, checked and filled in.
 *
 * @throws TypeError that names the client and the field; the value itself is not repeated.
 */
export function checkClient(value: unknown, name: string): CheckedClient {
  assertThat(isObject(value), name, 'a client: an object with a clientId', value);
  const known = knownClients.get(value);
  if (known !== undefined) return known;
  const clientId = field(value, 'clientId');
  const isId = typeof clientId === 'string' && CLIENT_ID.test(clientId);
  assertThat(isId, `${name}.clientId`, 'a string of 1 to 256 visible ASCII characters', clientId);

  const of = `${name} (client ${clientId})`;
  const scopes = field(value, 'scopes') ?? [];
  assertThat(
    Array.isArray(scopes) && scopes.every(isScope),
    `${of}.scopes`,
    'an array of scopes without spaces or quotes',
    scopes,
  );
  const claims = field(value, 'claims');
  assertThat(claims === undefined || isObject(claims), `${of}.claims`, 'an object', claims);
  return {
    ...checkStanding(value, of, clientId),
    clientId,
    scopes,
    expiresInSeconds: lifetime(value, of),
    claims,
  };
}

/** @throws TypeError that names the client and the field; the value itself is not repeated. */
export function checkSecrets(value: unknown, name: string): readonly CheckedSecret[] {
  assertThat(Array.isArray(value), name, 'an array of { hash, expiresAt?, label? }', value);
  return value.map((secret: unknown, index) => checkSecret(secret, `${name}[${String(index)}]`));
}

function checkSecret(value: unknown, name: string): CheckedSecret {
  assertThat(isObject(value), name, 'an object { hash, expiresAt?, label? }', value);
  const hash = field(value, 'hash');
  const cost = typeof hash === 'string' ? bcryptCost(hash) : undefined;
  if (hash === undefined) throw new TypeError(`${name}.hash is undefined. ${UNSET_HINT}`);
  const must =
    'a bcrypt hash of cost 4 to 16 ($2b$10$…), as hashSecret() makes it and with no $ lost to a shell';
  assertThat(typeof hash === 'string' && cost !== undefined, `${name}.hash`, must, hash);
  const label = field(value, 'label');
  assertThat(label === undefined || typeof label === 'string', `${name}.label`, 'a string', label);
  return { hash, cost, label, expiresAtMs: dateMs(value, 'expiresAt', name) ?? Infinity };
}

function bcryptCost(hash: string): number | undefined {
  const cost = Number(BCRYPT_HASH.exec(hash)?.[1]);
  return cost >= LOWEST_COST && cost <= HIGHEST_COST ? cost : undefined;
}

/**
 * Databases say null where JavaScript says undefined. Records may be instances with getters, as mappers make them,
 * so inherited fields count; but what somebody put on Object.prototype is no field.
 */
function field(object: Record<string, unknown>, name: string): unknown {
  return (name in Object.prototype ? own(object, name) : object[name]) ?? undefined;
}

function dateMs(object: Record<string, unknown>, name: string, of: string): number | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  const isDate = value instanceof Date || (typeof value === 'string' && isIsoDate(value));
  const ms = isDate ? new Date(value).getTime() : NaN;
  assertThat(
    !Number.isNaN(ms),
    `${of}.${name}`,
    'a Date or an ISO 8601 date (with its zone where it has a time)',
    value,
  );
  return ms;
}

/** A day of the calendar, alone or with a time and its zone: JavaScript reads much else, and not as it was meant. */
function isIsoDate(text: string): boolean {
  const day =
    /^((?:\d{4}|[+-]\d{6})-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.exec(
      text,
    )?.[1];
  const date = new Date(`${day ?? ''}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day ?? '');
}

function lifetime(object: Record<string, unknown>, of: string): number | undefined {
  return integerOr(
    undefined,
    field(object, 'expiresInSeconds'),
    `${of}.expiresInSeconds`,
    1,
    LONGEST_LIFETIME_SECONDS,
  );
}
