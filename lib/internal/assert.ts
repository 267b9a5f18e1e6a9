/** The kind of a value in words, for messages that must not repeat the value: it may be a secret. */
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

/** The famous mistake behind an undefined key or hash. */
export const UNSET_HINT = 'If it comes from an environment variable, that variable is not set.';

/** Throws a TypeError that says what `name` must be and what kind of value it is. */
export function assertThat(
  holds: boolean,
  name: string,
  must: string,
  value: unknown,
): asserts holds {
  if (!holds) throw new TypeError(`${name} must be ${must}; it is ${kindOf(value)}.`);
}

/**
 * The options, copied: what is done to the caller's object later changes nothing. Throws where `value` is no
 * object, or has a name that is not among the `known` ones.
 */
export function readOptions<T extends object>(
  value: T,
  name: string,
  known: readonly (keyof T & string)[],
): T {
  if (!isObject(value))
    throw new TypeError(`${name} must be given an object of options; it is ${kindOf(value)}.`);
  assertKnown(value, `${name}: there is no option`, 'options', known);
  // Without a prototype: what somebody put on Object.prototype is no option.
  return Object.assign(Object.create(null) as T, value);
}

/** Throws where the object has a name that is not among the `known` ones: a misspelt one would be ignored without a word. */
export function assertKnown(
  value: object,
  no: string,
  plural: string,
  known: readonly string[],
): void {
  const unknownName = Object.keys(value).find((key) => !known.includes(key));
  if (unknownName !== undefined)
    throw new TypeError(`${no} "${unknownName}". The ${plural} are: ${known.join(', ')}.`);
}

/** `value` where it is given, or `fallback`; a whole number from `min` to `max`. */
export function integerOr<F extends number | undefined>(
  fallback: F,
  value: unknown,
  name: string,
  min: number,
  max: number,
): number | F {
  if (value === undefined) return fallback;
  const ok = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  if (ok) return value;
  const what = typeof value === 'number' ? String(value) : kindOf(value);
  throw new TypeError(
    `${name} must be a whole number from ${String(min)} to ${String(max)}; it is ${what}.`,
  );
}

export function booleanOr(fallback: boolean, value: unknown, name: string): boolean {
  if (value === undefined) return fallback;
  assertThat(typeof value === 'boolean', name, 'true or false', value);
  return value;
}

/** `value` where it is given, or `fallback`; a function. */
export function functionOr<F>(fallback: F, value: F | undefined, name: string): F {
  if (value === undefined) return fallback;
  assertThat(typeof value === 'function', name, 'a function', value);
  return value;
}

/** An object that is not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property of the object's own: what somebody put on Object.prototype is not read. */
export function own<T extends object, K extends keyof T>(object: T, name: K): T[K] | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
