/**
 * A value that fails a check of ours. The message names the field and the kind of its value, and
 * shows a value only if it is not secret, so it may stand in a log.
 */
export class CheckError extends TypeError {}

/** The kind of a value in words, for messages that must not show a value that may be secret. */
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
      return value instanceof Date && Number.isNaN(value.getTime())
        ? 'an invalid date'
        : 'an object';
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

/** The usual mistake behind an undefined key or hash. */
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

const LONGEST_SHOWN = 60;

/** An error that shows the value. Only for values that are not secret. */
export function expected(name: string, must: string, value: unknown): TypeError {
  return new CheckError(`${name} must be ${must}; it is ${shown(value)}.`);
}

function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value === '') return kindOf(value);
  return JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value);
}

/**
 * Copies the options: later changes to the caller's object have no effect. Throws if `value` is not
 * an object or has a name that is not among the `known` ones.
 */
export function readOptions<T extends object>(
  value: T,
  owner: string,
  known: readonly (keyof T & string)[],
): T {
  if (!isObject(value))
    throw new TypeError(`${owner}: the options must be an object; they are ${kindOf(value)}.`);
  assertKnown(value, `${owner}: there is no option`, 'options', known);
  // Without a prototype: a polluted Object.prototype adds no option.
  return Object.assign(Object.create(null) as T, value);
}

/** Throws if the object has an unknown name: a misspelled one would be ignored without a word. */
export function assertKnown(
  value: object,
  no: string,
  plural: string,
  known: readonly string[],
): void {
  const unknownName = Object.keys(value).find((key) => !known.includes(key));
  if (unknownName !== undefined)
    throw new CheckError(`${no} "${unknownName}". The ${plural} are: ${known.join(', ')}.`);
}

/** `value`, or `fallback` if it is undefined; a whole number from `min` to `max`. */
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

/** Catches the well-known mistake of mounting a factory itself: Express then calls it with a request. */
export function assertNotRequest(value: unknown, factory: string, remedy: string): void {
  const isRequest = isObject(value) && 'method' in value && 'headers' in value && 'socket' in value;
  if (isRequest) throw new TypeError(`Call ${factory}() and pass its result: ${remedy}`);
}

/** An object that is not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property of the object itself; a polluted Object.prototype is not read. */
export function own<T extends object, K extends keyof T>(object: T, name: K): T[K] | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
