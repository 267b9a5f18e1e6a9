import type { Command, OptionSpecs } from './command';
import { table } from './print';

const NAME = 'express-client-jwt';

/** Formats the arguments and options of a command in one line. */
export function usageOf({ name, args, options }: Command): string {
  const names = Object.entries(options).map(
    ([option, { value }]) => `[--${option}${valueOf(value)}]`,
  );
  return [NAME, name, ...args, ...names].join(' ');
}

/** Formats the help of one command. */
export function helpOf(command: Command, options: OptionSpecs): string {
  const rows = Object.entries(options).map(([name, { value, help }]) => [
    ...[`  --${name}${valueOf(value)}`, help],
  ]);
  return `${usageOf(command)}\n\n${command.summary}\n\n${table(rows)}`;
}

/** Formats the help of all commands, or of those that begin with the given word. */
export function helpOfAll(commands: readonly Command[], argv: readonly string[]): string {
  const word = argv.find((arg) => !arg.startsWith('-') && arg !== 'help') ?? '';
  const some = commands.filter(({ name }) => name.split(' ')[0] === word);
  const rows = (some.length > 0 ? some : commands).map(({ name, args, summary }) => [
    ...[`  ${[name, ...args].join(' ')}`, summary],
  ]);
  return [
    `${NAME} COMMAND`,
    table(rows),
    'Every command has --help and --json. Secrets and tokens are read from standard input, never from arguments.',
    'Exit codes: 0 done, 1 failed (or doctor found a problem), 2 wrong command line.',
  ].join('\n\n');
}

/** Finds the command whose last word is like the one that was typed; undefined if there is none. */
export function closest(argv: readonly string[], commands: readonly Command[]): string | undefined {
  const [group = '', word = ''] = argv;
  const inGroup = commands.filter(({ name }) => name.startsWith(`${group} `));
  const isLike = ({ name }: Command) => {
    const last = name.split(' ').at(-1) ?? '';
    return word !== '' && (last.startsWith(word) || SYNONYMS[word] === last);
  };
  return inGroup.find(isLike)?.name;
}

/** The words that people type instead of ours. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ls: 'list',
  rm: 'remove',
  delete: 'remove',
  create: 'add',
  new: 'add',
  get: 'show',
  update: 'set',
  revoke: 'retire',
  decode: 'inspect',
};

const valueOf = (value: string | undefined): string => (value === undefined ? '' : ` ${value}`);
