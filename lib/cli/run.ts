import { parseArgs } from 'node:util';

import { CLIENT_COMMANDS } from './client-commands';
import { UsageError, type Command, type Input, type OptionSpecs, type Terminal } from './command';
import { DOCTOR } from './doctor';
import { closest, helpOf, helpOfAll, usageOf } from './help';
import { KEY_COMMANDS } from './key-commands';
import { printable, printableJson } from './print';
import { ROUTES } from './route-commands';
import { TOKEN_COMMANDS } from './token-commands';

/** The output and the exit code: 0 done, 1 failed, 2 wrong command line. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** Undoes the command if its output could not be written. */
  readonly takeBack?: () => Promise<void>;
  /** Closes the store; called once the output is written or taken back. */
  readonly close?: () => Promise<void>;
  /** Whether the process must be ended, because code of the project may keep it alive. */
  readonly isForeign?: boolean;
}

const NAME = 'express-client-jwt';
/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  ...CLIENT_COMMANDS,
  ...KEY_COMMANDS,
  ...TOKEN_COMMANDS,
  ROUTES,
  DOCTOR,
];
const COMMON_OPTIONS: OptionSpecs = {
  json: { help: 'print JSON, for programs' },
  help: { help: 'show this help' },
};

/** Runs the command of these arguments. Never rejects. */
export async function run(
  argv: readonly string[],
  terminal: Terminal,
  version = '',
): Promise<Result> {
  const command = COMMANDS.find(({ name }) =>
    name.split(' ').every((word, index) => argv[index] === word),
  );
  const foreign = command?.isForeign && { isForeign: true };
  try {
    if (command === undefined) return runWithoutCommand(argv, version);
    const rest = argv.slice(command.name.split(' ').length);
    return { ...(await runCommand(command, rest, terminal)), ...foreign };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const exitCode = error instanceof UsageError ? 2 : 1;
    const line = printable(message.split('\n')[0] ?? '');
    return { stdout: '', stderr: `${NAME}: ${line}\n`, exitCode, ...foreign };
  }
}

/** Returns the help or the version. Otherwise throws a UsageError with the nearest command. */
function runWithoutCommand(argv: readonly string[], version: string): Result {
  if (argv[0] === '--version') return print(version);
  const isHelp = argv.length === 0 || argv.some((arg) => /^(help|--help|-h)$/.test(arg));
  const isGroup =
    argv.length === 1 && COMMANDS.some(({ name }) => name.startsWith(`${argv[0] ?? ''} `));
  if (isHelp || isGroup) return print(helpOfAll(COMMANDS, argv));
  const near = closest(argv, COMMANDS);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  throw new UsageError(`Unknown command.${hint} See: npx ${NAME} --help`);
}

const print = (text: string): Result => ({ stdout: `${text}\n`, stderr: '', exitCode: 0 });

async function runCommand(
  command: Command,
  argv: readonly string[],
  terminal: Terminal,
): Promise<Result> {
  const options = { ...command.options, ...COMMON_OPTIONS };
  const { values, positionals } = parse(command, options, argv);
  if (values.help === true) return print(helpOf(command, options));
  if (positionals.length !== command.args.length)
    throw new UsageError(`${countFault(command, positionals.length)} Usage: ${usageOf(command)}`);
  const input: Input = {
    terminal,
    args: positionals,
    text: (name) => values[name] as string | undefined,
    texts: (name) => (values[name] as string[] | undefined) ?? [],
    isSet: (name) => values[name] === true,
  };
  const output = await command.run(input);
  const { json, text, hints = [], exitCode = 0, takeBack, close } = output;
  return {
    stdout: `${values.json === true ? printableJson(json) : text}\n`,
    stderr: hints.map((hint) => `${hint}\n`).join(''),
    exitCode,
    ...(takeBack && { takeBack }),
    ...(close && { close }),
  };
}

function countFault({ args, input }: Command, given: number): string {
  const missing = args.slice(given);
  if (missing.length === 0 && input !== undefined)
    return `There are too many arguments. Pass ${input} on the standard input.`;
  return missing.length > 0
    ? `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`
    : 'There are too many arguments.';
}

function parse(command: Command, specs: OptionSpecs, argv: readonly string[]) {
  const options = Object.entries(specs).map(([name, { value, multiple = false }]) => {
    const type: 'string' | 'boolean' = value === undefined ? 'boolean' : 'string';
    return [name, { type, multiple, ...(name === 'help' && { short: 'h' }) }] as const;
  });
  try {
    return parseArgs({
      args: [...argv],
      options: Object.fromEntries(options),
      allowPositionals: true,
      strict: true,
    });
  } catch {
    // The message of Node repeats the arguments, which may contain a misplaced secret.
    const names = argv.flatMap((arg) => /^--([a-z-]+)/.exec(arg)?.[1] ?? []);
    const stranger = names.find((name) => !(name in specs));
    const mistake =
      stranger === undefined
        ? 'An option is missing its value or has an unexpected one.'
        : `Unknown option --${stranger}.`;
    throw new UsageError(`${mistake} Usage: ${usageOf(command)}`);
  }
}
