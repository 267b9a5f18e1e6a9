import {
  assertThat,
  assertVisibleAscii,
  CheckError,
  integerOr,
  isObject,
  isVisibleAscii,
} from '../internal/assert';
import { deepFreeze } from '../internal/deep-freeze';
import { LONGEST_LIFETIME_SECONDS, type CheckedClient, type Client, type Standing } from './client';
import { dateMs, field, flagField, listField, objectField, type Fields } from './fields';

/** RFC 6749 Appendix A.1, without the space, which would look like two joined headers. */
const LONGEST_CLIENT_ID = 256;
/** RFC 6749 §3.3: scope-token. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Checks whether a value is a scope (RFC 6749 §3.3). */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && SCOPE.test(value);
}

/** Checks whether a value is a client ID (RFC 6749 Appendix A.1, without the space). */
export function isClientId(value: unknown): value is string {
  return isVisibleAscii(value, LONGEST_CLIENT_ID);
}

/** Throws a TypeError that says what is wrong unless a value is a client ID. */
export function assertClientId(value: unknown, name: string): asserts value is string {
  assertVisibleAscii(value, name, LONGEST_CLIENT_ID);
}

/** The checked data of each {@link frozenClient}. It cannot change, so it is not checked again. */
const knownClients = new WeakMap<object, CheckedClient>();

/**
 * Creates a deeply frozen client, which a verifier can return.
 *
 * @throws TypeError if the JSON of its claims is not an object.
 */
export function frozenClient(checked: CheckedClient): Client & { readonly disabled: boolean } {
  const { clientId, scopes, disabled, tokensValidAfterMs, expiresInSeconds, claims } = checked;
  // A string, because a Date in a frozen object can still be changed.
  const tokensValidAfter = new Date(tokensValidAfterMs).toISOString();
  const client = deepFreeze({
    clientId,
    scopes: scopes && [...scopes],
    disabled,
    tokensValidAfter,
    expiresInSeconds,
    claims: copyOf(claims, `client ${clientId}`),
  });
  knownClients.set(client, { ...checked, scopes: client.scopes, claims: client.claims });
  return client;
}

/** Copies claims through JSON, which is the form that they have in a token. */
function copyOf(claims: CheckedClient['claims'], of: string): CheckedClient['claims'] {
  if (claims === undefined) return undefined;
  const copy: unknown = JSON.parse(JSON.stringify(claims));
  assertThat(isObject(copy), `${of}.claims`, 'an object, also as JSON', copy);
  return copy;
}

/**
 * Checks the result of a lookup, and returns the standing of the client with this ID.
 *
 * @throws TypeError that names the client and the field, and never a secret.
 */
export function checkStanding(value: unknown, name: string, clientId: string): Standing {
  assertThat(isObject(value), name, 'a client: an object with a clientId', value);
  const known = knownClients.get(value);
  if (known?.clientId === clientId) return known;
  if (field(value, 'clientId') !== clientId)
    throw new CheckError(`${name} is not the client ${clientId}, which was looked up.`);
  const of = `${name} (client ${clientId})`;
  // Checked first, so that another error in the record cannot let a disabled client pass.
  if (flagField(value, 'disabled', of)) return DISABLED;
  return standingOf(value, of);
}

const DISABLED: Standing = { disabled: true, tokensValidAfterMs: 0, scopes: undefined };

function standingOf(value: Fields, of: string): Standing {
  const scopes = listField(value, 'scopes', of, 'an array of scopes')?.map((scope, index) => {
    if (isScope(scope)) return scope;
    const name = `${of}.scopes[${String(index)}]`;
    // Not the value: columns may be mixed up, and this one may be a secret.
    throw new CheckError(`${name} must be a scope without spaces or quotes.`);
  });
  return {
    disabled: flagField(value, 'disabled', of) ?? false,
    tokensValidAfterMs: dateMs(value, 'tokensValidAfter', of) ?? 0,
    scopes,
  };
}

/**
 * Checks a client and fills in its defaults.
 *
 * @throws TypeError that names the client and the field, and never a secret.
 */
export function checkClient(value: unknown, name: string): CheckedClient {
  assertThat(isObject(value), name, 'a client: an object with a clientId', value);
  const known = knownClients.get(value);
  if (known !== undefined) return known;
  const clientId = field(value, 'clientId');
  assertClientId(clientId, `${name}.clientId`);

  const of = `${name} (client ${clientId})`;
  return {
    ...standingOf(value, of),
    clientId,
    expiresInSeconds: lifetime(value, of),
    claims: claimsOf(value, of),
  };
}

/** Deeper claims could overflow the stack, and then no client of the store could be changed. */
const DEEPEST_CLAIMS = 100;

function claimsOf(object: Fields, of: string): Fields | undefined {
  const claims = objectField(object, 'claims', of);
  if (isDeeperThan(DEEPEST_CLAIMS, claims)) {
    const levels = String(DEEPEST_CLAIMS);
    throw new CheckError(`${of}.claims must not be nested more than ${levels} levels deep.`);
  }
  return claims;
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeperThan(levels - 1, each));
}

function lifetime(object: Fields, of: string): number | undefined {
  const name = `${of}.expiresInSeconds`;
  const value = field(object, 'expiresInSeconds');
  // A text is not shown: it may be a secret in the wrong column.
  assertThat(value === undefined || typeof value === 'number', name, 'a whole number', value);
  return integerOr(undefined, value, name, 1, LONGEST_LIFETIME_SECONDS);
}
