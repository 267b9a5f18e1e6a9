import { types } from 'node:util';

import type { Client } from '../clients/client';
import { HIGHEST_COST, LOWEST_COST } from '../clients/bcrypt/bcrypt-hash';
import { assertThat } from '../internal/assert';
import {
  flag,
  optional,
  resolveOptions,
  text,
  wholeNumber,
  type Option,
} from '../internal/options';

/** The options for a new secret. */
export interface NewSecretOptions {
  /** A name for the secret, shown in events. Default: the date in UTC. */
  readonly label?: string | undefined;
  /** The bcrypt cost of its hash, 4 to 16. Each step doubles the time. Default: 10. */
  readonly cost?: number | undefined;
}

/** The fields of a client that `add` and `set` take. */
export type ClientFields = Pick<Client, 'scopes' | 'expiresInSeconds' | 'claims'>;

/** The options of `rotate`. */
export interface RotateOptions extends NewSecretOptions {
  /** When the other secrets stop working. Default: they keep working. */
  readonly retireOthersAt?: Date | undefined;
  /**
   * Retires the other secrets that were last used before this time, a day ago or earlier, if another
   * one was used since. A secret whose use was never noted keeps working. The store must note uses.
   * Default: none.
   */
  readonly retireOthersUnusedSince?: Date | undefined;
}

/** The options of `retire`. */
export interface RetireOptions {
  /** When the secret stops working. Default: now; the secret is then removed. */
  readonly at?: Date | undefined;
  /** Retires the secret even if the client is left without a working one. Default: false. */
  readonly force?: boolean | undefined;
  /** Also refuses all tokens issued to the client so far. Default: false. */
  readonly endTokens?: boolean | undefined;
}

const moment: Option<number | undefined> = {
  must: 'a valid Date',
  fallback: 'none',
  parse: (value, name) => {
    if (value === undefined) return undefined;
    const ms = types.isDate(value) ? value.getTime() : NaN;
    assertThat(!Number.isNaN(ms), name, 'a valid Date', value);
    return ms;
  },
};

/** Creates the option for a field of the record; the store checks its value later. */
const field = <Name extends keyof ClientFields>(): Option<ClientFields[Name]> => ({
  must: 'what a client record takes',
  fallback: 'none',
  parse: (value) => value as ClientFields[Name],
});

const SECRET = {
  label: text(undefined, 'a text that is not empty', (label) => label.trim() !== ''),
  cost: optional(wholeNumber(undefined, LOWEST_COST, HIGHEST_COST), '10'),
};
const FIELDS = {
  scopes: field<'scopes'>(),
  expiresInSeconds: field<'expiresInSeconds'>(),
  claims: field<'claims'>(),
} satisfies Record<keyof ClientFields, Option<unknown>>;

/** Checks the options of `add`. Throws a TypeError that names the option. */
export const parseAdd = (options: object) =>
  resolveOptions(options, 'add', { ...FIELDS, ...SECRET });

/** Checks the options of `rotate`. Throws like {@link parseAdd}. */
export const parseRotation = (options: object) =>
  resolveOptions(options, 'rotate', {
    ...{ ...SECRET, retireOthersAt: moment, retireOthersUnusedSince: moment },
  });

/** Checks the options of `retire`. Throws like {@link parseAdd}. */
export const parseRetirement = (options: object) =>
  resolveOptions(options, 'retire', { at: moment, force: flag(false), endTokens: flag(false) });

/** Checks the fields of `set`. Throws a TypeError if one is unknown or none is given. */
export function parseFields(fields: object): ClientFields {
  const given = givenFields(resolveOptions(fields, 'set', FIELDS));
  const names = Object.keys(FIELDS).join(', ');
  if (Object.keys(given).length === 0)
    throw new TypeError(`set: give at least one of the fields ${names}.`);
  return given;
}

/**
 * Selects the fields that are given; null removes a field. `scopes: null` becomes an empty list,
 * because tokens of a client without `scopes` keep their own scopes.
 */
export function givenFields({ scopes, expiresInSeconds, claims }: ClientFields): ClientFields {
  return Object.fromEntries(
    Object.entries({ scopes: scopes === null ? [] : scopes, expiresInSeconds, claims }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
