import { types } from 'node:util';

/**
 * The error of a value that fails one of our checks. The message names the field and the kind of
 * its value. It shows only values that are not secret, so it can be logged.
 */
export class CheckError extends TypeError {}

/** Describes the kind of a value, for messages that must not show the value. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  switch (typeof value) {
    case 'undefined':
      return 'undefined';
    case 'string':
      return value === '' ? 'an empty string' : 'a string';
    case 'number':
      return kindOfNumber(value);
    case 'object':
      return types.isDate(value) && Number.isNaN(value.getTime()) ? 'an invalid date' : 'an object';
    default:
      return `a ${typeof value}`;
  }
}

function kindOfNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return 'an infinite number';
  if (value < 0) return 'a negative number';
  return Number.isInteger(value) ? 'a whole number' : 'a fraction';
}

/** The hint for a key or hash that is undefined. */
export const UNSET_HINT = 'If it comes from an environment variable, set that variable.';

/** Throws a TypeError that says what `name` must be and what kind of value it is. */
export function assertThat(
  holds: boolean,
  name: string,
  must: string,
  value: unknown,
): asserts holds {
  if (!holds) throw new CheckError(`${name} must be ${must}; it is ${kindOf(value)}.`);
}

/** Checks whether a value is a text of 1 to `longest` visible ASCII characters (VCHAR). */
export function isVisibleAscii(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest && /^[\x21-\x7e]+$/.test(value);
}

/**
 * Checks a text of 1 to `longest` visible ASCII characters. The error says what is wrong with the
 * text, and shows nothing of it.
 */
export function assertVisibleAscii(
  value: unknown,
  name: string,
  longest: number,
): asserts value is string {
  if (isVisibleAscii(value, longest)) return;
  throw new CheckError(
    `${name} must be 1 to ${String(longest)} visible ASCII characters; it ${faultOf(value, longest)}.`,
  );
}

function faultOf(value: unknown, longest: number): string {
  if (typeof value !== 'string' || value === '') return `is ${kindOf(value)}`;
  if (value.length > longest) return `has ${String(value.length)} characters`;
  return /\s/.test(value) ? 'has a space' : 'has a character that is not visible ASCII';
}

const LONGEST_SHOWN = 60;

/** Creates an error that shows the value, which must not be secret. */
export function expected(name: string, must: string, value: unknown): TypeError {
  return new CheckError(`${name} must be ${must}; it is ${shown(value)}.`);
}

function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value === '') return kindOf(value);
  return JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value);
}

/**
 * Copies the options, so that later changes to the original have no effect. Throws a TypeError if
 * `value` is not an object or has a name that is not in `known`.
 */
export function readOptions<T extends object>(
  value: T,
  owner: string,
  known: readonly (keyof T & string)[],
): T {
  if (!isObject(value))
    throw new TypeError(`${owner}: the options must be an object; they are ${kindOf(value)}.`);
  assertKnown(value, `${owner}: there is no option`, 'options', known);
  // Without a prototype: a polluted Object.prototype adds no options.
  return Object.assign(Object.create(null) as T, value);
}

/**
 * Throws a TypeError if the object has an unknown name, because a misspelled one would be ignored.
 */
export function assertKnown(
  value: object,
  no: string,
  plural: string,
  known: readonly string[],
): void {
  const unknownName = Object.keys(value).find((key) => !known.includes(key));
  if (unknownName === undefined) return;
  // Text of another kind may be a value in the wrong place, such as a hash.
  const shownName = /^\w{1,40}$/.test(unknownName) ? `"${unknownName}"` : 'with that name';
  throw new CheckError(`${no} ${shownName}. The ${plural} are: ${known.join(', ')}.`);
}

/**
 * Returns `fallback` if the value is undefined. Otherwise checks that it is a whole number from
 * `min` to `max`.
 */
export function integerOr<F extends number | undefined>(
  fallback: F,
  value: unknown,
  name: string,
  min: number,
  max: number,
): number | F {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
    return value;
  throw expected(name, `a whole number from ${String(min)} to ${String(max)}`, value);
}

/**
 * Throws a TypeError if `value` is a request: a factory that is mounted itself is called with one.
 */
export function assertNotRequest(value: unknown, factory: string, remedy: string): void {
  const isRequest = isObject(value) && 'method' in value && 'headers' in value && 'socket' in value;
  if (isRequest) throw new TypeError(`Call ${factory}() and pass its result: ${remedy}`);
}

/** Checks whether a value is an object but no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a property of the object itself, never one of a polluted Object.prototype. */
export function own<T extends object, K extends keyof T>(object: T, name: K): T[K] | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
