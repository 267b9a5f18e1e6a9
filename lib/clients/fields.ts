import { types } from 'node:util';

import { assertThat, isObject, own } from '../internal/assert';

/** An object from a database or a file; its fields are not trusted. */
export type Fields = Record<string, unknown>;

/**
 * Reads a field; null becomes undefined. Inherited fields count, because mappers create instances
 * with getters. Those of a polluted Object.prototype do not.
 */
export function field(object: Fields, name: string): unknown {
  return (name in Object.prototype ? own(object, name) : object[name]) ?? undefined;
}

/** Reads a boolean. 0 and 1 count too, because MySQL and SQLite have no booleans. */
export function flagField(object: Fields, name: string, of: string): boolean | undefined {
  const value = field(object, name);
  const flag = typeof value === 'number' || typeof value === 'bigint' ? FLAGS.get(value) : value;
  const isFlag = flag === undefined ? value === undefined : typeof flag === 'boolean';
  assertThat(isFlag, `${of}.${name}`, 'true or false (or 1 or 0)', value);
  return flag as boolean | undefined;
}

const FLAGS = new Map<number | bigint, boolean>([0, 0n, 1, 1n].map((each) => [each, each == 1]));

/** Reads an array. A Set (DynamoDB) and the JSON text of an array (MySQL, SQLite) count too. */
export function listField(
  object: Fields,
  name: string,
  of: string,
  must: string,
): readonly unknown[] | undefined {
  const value = parsedField(object, name);
  const list: unknown = types.isSet(value) ? [...value] : value;
  assertThat(list === undefined || Array.isArray(list), `${of}.${name}`, must, value);
  return list;
}

/** Reads an object. A Map (Mongoose) and the JSON text of an object (MySQL, SQLite) count too. */
export function objectField(object: Fields, name: string, of: string): Fields | undefined {
  const value = parsedField(object, name);
  const fields: unknown = types.isMap(value) ? Object.fromEntries(value) : value;
  assertThat(fields === undefined || isObject(fields), `${of}.${name}`, 'an object', value);
  return fields;
}

/** Reads a date, in milliseconds since 1970. */
export function dateMs(object: Fields, name: string, of: string): number | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  const isDate = types.isDate(value) || (typeof value === 'string' && isIsoDate(value));
  const ms = isDate ? new Date(value).getTime() : NaN;
  const must = 'a Date or an ISO 8601 date (with its zone if it has a time)';
  assertThat(!Number.isNaN(ms), `${of}.${name}`, must, value);
  return ms;
}

function parsedField(object: Fields, name: string): unknown {
  const value = field(object, name);
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/**
 * Checks whether a text is a calendar day, alone or with a time and its zone. `Date` also accepts
 * other texts, and misreads them.
 */
function isIsoDate(text: string): boolean {
  const pattern = /^((?:\d{4}|[+-]\d{6})-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
  const day = pattern.exec(text)?.[1];
  const date = new Date(`${day ?? ''}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day ?? '');
}
