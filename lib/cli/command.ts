import type { Queryable } from '../stores/postgres';

/** What a command may touch of the world. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** All of the standard input. */
  readInput(): Promise<string>;
  /** The time in milliseconds since 1970. */
  nowMs(): number;
  /** Rejects where there is no driver, or the database does not answer. */
  connect(url: string): Promise<Queryable & { end(): Promise<void> }>;
}

/** What a command was given. */
export interface Input {
  readonly terminal: Terminal;
  readonly args: readonly string[];
  /** The text of an option. */
  text(name: string): string | undefined;
  /** All texts of an option that may be repeated. */
  texts(name: string): readonly string[];
  isSet(name: string): boolean;
}

/** What came of it, for machines and for people. */
export interface Output {
  readonly json: unknown;
  readonly text: string;
  /** Default: 0. */
  readonly exitCode?: number;
}

/** An option of a command. */
export interface OptionSpec {
  /** What its value is called in the help; a switch has none. */
  readonly value?: string;
  readonly help: string;
  readonly multiple?: true;
}

/** One command: `client add`. */
export interface Command {
  readonly name: string;
  /** What its arguments are called; each is required. */
  readonly args: readonly string[];
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  run(input: Input): Promise<Output>;
}

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The argument at this place; the dispatcher has seen to it that there is one. */
export function argument({ args }: Input, index: number): string {
  return args[index] ?? '';
}

/** The whole number of an option. Throws a UsageError where it is none. */
export function wholeNumber(input: Input, name: string): number | undefined {
  const text = input.text(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} must be a whole number.`);
  return Number(text);
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The moment of an option, in milliseconds: a date in ISO 8601, or a time from now such as 30m, 24h or 7d. */
export function moment(input: Input, name: string): number | undefined {
  const text = input.text(name);
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count && unit)
    return input.terminal.nowMs() + Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  const ms = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : NaN;
  if (Number.isNaN(ms))
    throw new UsageError(
      `--${name} must be a time from now (30m, 24h, 7d) or a date in ISO 8601 with its zone.`,
    );
  return ms;
}

/** What could steer a terminal, or turn the order of a line, is escaped. */
function printable(text: string): string {
  const escape = (character: string) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    escape,
  );
}

/** Columns as wide as their widest cell. */
export function table(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
