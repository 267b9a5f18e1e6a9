import { assertThat, expected, isObject, readOptions } from './assert';

/** The check of one option, and its texts for the documentation. */
export interface Option<T> {
  /** Checks a value; undefined means the default. Throws a TypeError that begins with `name`. */
  readonly parse: (value: unknown, name: string) => T;
  /** The default, in words. */
  readonly fallback: string;
  /** The values that it takes, as the end of the sentence "… must be …". */
  readonly must: string;
}

/** A table of options: one row each, by name. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** The options of a table with every default filled in. */
export type SettingsOf<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer T> ? T : never;
};

/**
 * Checks the options of a factory once and fills in the defaults.
 *
 * @param owner The factory that error messages name.
 * @throws TypeError that names the option, its value (never a secret) and the remedy.
 */
export function resolveOptions<Table extends OptionTable>(
  options: object,
  owner: string,
  table: Table,
): SettingsOf<Table> {
  const given = readOptions(options as Record<string, unknown>, owner, Object.keys(table));
  const settings = Object.entries(table).map(([name, { parse }]) => [
    name,
    parse(given[name], `${owner}: ${name}`),
  ]);
  return Object.fromEntries(settings) as SettingsOf<Table>;
}

/** Creates an option that is a whole number. It is required if it has no default. */
export function wholeNumber(
  fallback: number | undefined,
  min: number,
  max: number,
  words = fallback === undefined ? 'required' : withCommas(fallback),
): Option<number> {
  const must = `a whole number from ${String(min)} to ${String(max)}`;
  return {
    must,
    fallback: words,
    parse: (value = fallback, name) => {
      const isNumber = typeof value === 'number' && Number.isInteger(value);
      if (isNumber && value >= min && value <= max) return value;
      throw expected(name, must, value);
    },
  };
}

/** Writes 3600 as 3,600. The functions of Intl take 25 ms for the first number. */
function withCommas(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Creates an option that is true or false. */
export function flag(fallback: boolean): Option<boolean> {
  const must = 'true or false';
  return {
    must,
    fallback: `\`${String(fallback)}\``,
    parse: (value = fallback, name) => {
      if (typeof value === 'boolean') return value;
      throw expected(name, must, value);
    },
  };
}

/** Creates an option that is one of these words; the first is the default. */
export function oneOf<const W extends string>(...words: readonly [W, ...W[]]): Option<W> {
  const must = words.map((word) => `"${word}"`).join(' or ');
  return {
    must,
    fallback: `\`${words[0]}\``,
    parse: (value = words[0], name) => {
      const word = words.find((each) => each === value);
      if (word !== undefined) return word;
      throw expected(name, must, value);
    },
  };
}

/** Creates an option that is a text and passes a test. Error messages show the text. */
export function text<F extends string | undefined>(
  fallback: F,
  must: string,
  isGood: (value: string) => boolean,
): Option<string | F> {
  return {
    must,
    fallback: fallback === undefined ? 'none' : `\`${fallback}\``,
    parse: (value = fallback, name) => {
      if (value === undefined) return fallback;
      if (typeof value === 'string' && isGood(value)) return value;
      throw expected(name, must, value);
    },
  };
}

/** Creates an option that is a function. */
export function callback<F>(fallback: F, words = 'none'): Option<F> {
  return {
    must: 'a function',
    fallback: words,
    parse: (value = fallback, name) => {
      if (value === fallback || typeof value === 'function') return value as F;
      throw expected(name, 'a function', value);
    },
  };
}

/** The option `clock`. It calls `Date.now` each time, so that the fake timers of tests work. */
export const clock: Option<() => number> = {
  ...callback<() => number>(() => Date.now()),
  fallback: '`Date.now`',
};

/**
 * Creates an option that is an object with these methods. Error messages never show it, because it
 * may hold a secret.
 */
export function objectWith<T extends object>(
  must: string,
  methods: readonly (keyof T & string)[],
  optionalMethods: readonly (keyof T & string)[] = [],
): Option<T | undefined> {
  return {
    must,
    fallback: 'none',
    parse: (value, name) => {
      if (value === undefined) return undefined;
      const isFit = isObject(value) && methods.every((each) => typeof value[each] === 'function');
      assertThat(isFit, name, must, value);
      for (const each of optionalMethods) {
        const method = value[each];
        const isFunction = method === undefined || typeof method === 'function';
        assertThat(isFunction, `${name}.${each}`, 'a function, if you give it', method);
      }
      return value as T;
    },
  };
}

/** Makes an option required. */
export function required<T>(option: Option<T | undefined>): Option<T> {
  return {
    ...option,
    fallback: 'required',
    parse: (value, name) => {
      const parsed = option.parse(value, name);
      assertThat(parsed !== undefined, name, option.must, value);
      return parsed;
    },
  };
}

/** Makes an option undefined if it is not given. */
export function optional<T>(option: Option<T>, fallback: string): Option<T | undefined> {
  return {
    ...option,
    fallback,
    parse: (value, name) => (value === undefined ? undefined : option.parse(value, name)),
  };
}
