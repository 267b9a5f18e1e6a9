import { assertThat, integerOr, isObject } from '../internal/assert';
import { deepFreeze } from '../internal/deep-freeze';
import { LONGEST_LIFETIME_SECONDS, type CheckedClient, type Client, type Standing } from './client';
import { dateMs, field } from './fields';

/** RFC 6749 Appendix A.1: ids are visible ASCII; a space in one could not be told from two headers joined. */
const CLIENT_ID = /^[\x21-\x7e]{1,256}$/;
/** RFC 6749 §3.3: scope-token. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
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

function lifetime(object: Record<string, unknown>, of: string): number | undefined {
  return integerOr(
    undefined,
    field(object, 'expiresInSeconds'),
    `${of}.expiresInSeconds`,
    1,
    LONGEST_LIFETIME_SECONDS,
  );
}
