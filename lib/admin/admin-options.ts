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

/** How a new secret is made. */
export interface NewSecretOptions {
  /** A name for the secret, which events tell. Default: the date. */
  readonly label?: string | undefined;
  /** The bcrypt cost of its hash, 4 to 16; each step doubles the time. Default: 10. */
  readonly cost?: number | undefined;
}

/** The fields of a client that `add` and `set` take. */
export type ClientFields = Pick<Client, 'scopes' | 'expiresInSeconds' | 'claims'>;

/** The options of `rotate`. */
export interface RotateOptions extends NewSecretOptions {
  /** When the other secrets stop working. Default: they go on working. */
  readonly retireOthersAt?: Date | undefined;
}

/** The options of `retire`. */
export interface RetireOptions {
  /** When the secret stops working. Default: now. */
  readonly at?: Date | undefined;
  /** Retire it even if no secret would work then. Default: false. */
  readonly force?: boolean | undefined;
  /** Also end the tokens that the client has got until now. Default: false. */
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

/** A field of the record, which the store checks with the rest of it. */
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

/** Checks the options of `add`. Throws a TypeError that names the option, as all of these do. */
export const parseAdd = (options: object) =>
  resolveOptions(options, 'add', { ...FIELDS, ...SECRET });

/** Checks the options of `rotate`. */
export const parseRotation = (options: object) =>
  resolveOptions(options, 'rotate', { ...SECRET, retireOthersAt: moment });

/** Checks the options of `retire`. */
export const parseRetirement = (options: object) =>
  resolveOptions(options, 'retire', { at: moment, force: flag(false), endTokens: flag(false) });

/** Checks the fields of `set`. */
export function parseFields(fields: object): ClientFields {
  const given = givenFields(resolveOptions(fields, 'set', FIELDS));
  const names = Object.keys(FIELDS).join(', ');
  if (Object.keys(given).length === 0)
    throw new TypeError(`set: give at least one of the fields ${names}.`);
  return given;
}

/**
 * The fields that are given; null removes one, as databases have it. A record without scopes would
 * leave them to its tokens, so null becomes an empty list.
 */
export function givenFields({ scopes, expiresInSeconds, claims }: ClientFields): ClientFields {
  return Object.fromEntries(
    Object.entries({ scopes: scopes === null ? [] : scopes, expiresInSeconds, claims }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
