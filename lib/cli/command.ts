import type { Fetch } from '../guarding/fetch-object';
import type { Queryable } from '../stores/postgres';
import type { SendCommand } from '../stores/redis-watch';
import type { ReadCertificate } from './deployment/transport';

/** The environment of a command. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads all of the standard input. */
  readInput(): Promise<string>;
  /** The time in milliseconds since 1970. */
  nowMs(): number;
  /** The global `fetch`. */
  readonly fetch: Fetch;
  /** Makes a TLS handshake, and returns the certificate. */
  readonly readCertificate: ReadCertificate;
  /** Shows how far a long command is, in a line that is overwritten; undefined if nobody watches. */
  progress?: ((text: string) => void) | undefined;
  /** Loads a module of the project: JavaScript, or TypeScript if Node.js can. Rejects if it fails. */
  loadModule(file: string): Promise<unknown>;
  /** Connects to PostgreSQL. Rejects if there is no driver, or the database does not respond. */
  connect(url: string): Promise<Queryable & { end(): Promise<void> }>;
  /** Connects to Redis. Rejects if there is no driver, or Redis does not respond. */
  connectRedis(
    url: string,
  ): Promise<{ readonly sendCommand: SendCommand; readonly end: () => Promise<void> }>;
}

/** The input of a command. */
export interface Input {
  readonly terminal: Terminal;
  readonly args: readonly string[];
  /** Returns the text of an option. */
  text(name: string): string | undefined;
  /** Returns all texts of an option that may be repeated. */
  texts(name: string): readonly string[];
  /** Checks whether a switch is given. */
  isSet(name: string): boolean;
}

/** The outcome of a command, for machines and for people. */
export interface Output {
  readonly json: unknown;
  readonly text: string;
  /** Hints for people; they go to the standard error. */
  readonly hints?: readonly string[];
  /** The exit code. Default: 0. */
  readonly exitCode?: number;
  /**
   * Undoes the command if its output could not be written, because the new secret would be lost.
   */
  readonly takeBack?: () => Promise<void>;
  /** Closes the store once the output is written or taken back. */
  readonly close?: () => Promise<void>;
}

/** An option of a command. */
export interface OptionSpec {
  /** The name of its value in the help; a switch has none. */
  readonly value?: string;
  readonly help: string;
  readonly multiple?: true;
}

/** The options of a command, by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** One command: `client add`. */
export interface Command {
  readonly name: string;
  /** The names of its arguments; each is required. */
  readonly args: readonly string[];
  readonly summary: string;
  /** What it reads from the standard input, in words. */
  readonly input?: string;
  readonly options: OptionSpecs;
  /** Whether it runs code of the project, which may keep the process alive: it is then ended. */
  readonly isForeign?: true;
  run(input: Input): Promise<Output>;
}

/** The error of a wrong command line: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Returns the argument at this place; the dispatcher has checked that there is one. */
export function argument({ args }: Input, index: number): string {
  return args[index] ?? '';
}

/** Reads the whole number of an option. Throws a UsageError if it is not one. */
export function wholeNumber(input: Input, name: string): number | undefined {
  const text = input.text(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} must be a whole number.`);
  return Number(text);
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads the length of time of an option, in milliseconds: 30m, 24h or 30d. Throws a UsageError if it
 * is none.
 */
export function durationMs(input: Input, name: string): number | undefined {
  const text = input.text(name);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) throw new UsageError(`--${name} must be a length of time: 30m, 24h, 30d.`);
  return ms;
}

function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (!count || !unit) return undefined;
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/**
 * Reads the time of an option: `now`, a time from now such as 30m or 7d, or a date in ISO 8601.
 * Throws a UsageError if it is none of them.
 */
export function moment(input: Input, name: string): Date | undefined {
  const text = input.text(name);
  if (text === undefined) return undefined;
  if (text === 'now') return new Date(input.terminal.nowMs());
  const fromNowMs = parseDuration(text);
  if (fromNowMs !== undefined) return new Date(input.terminal.nowMs() + fromNowMs);
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const ms = isDate ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) {
    const must =
      '"now", a time from now (30s, 30m, 24h, 7d), or an ISO 8601 date; a time of day needs its zone: 2026-12-01T09:00Z';
    throw new UsageError(`--${name} must be ${must}.`);
  }
  return new Date(ms);
}
