import { parseArgs } from 'node:util';

import { CLIENT_COMMANDS } from './client-commands';
import {
  table,
  UsageError,
  type Command,
  type Input,
  type OptionSpec,
  type Output,
  type Terminal,
} from './command';
import { DOCTOR } from './doctor';
import { KEY_COMMANDS } from './key-commands';
import { TOKEN_COMMANDS } from './token-commands';

/** What is to be written where, and the exit code: 0 done, 1 failed (or the doctor found a problem), 2 a wrong command line. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const NAME = 'express-client-jwt';
const COMMANDS: readonly Command[] = [
  ...CLIENT_COMMANDS,
  ...KEY_COMMANDS,
  ...TOKEN_COMMANDS,
  DOCTOR,
];
const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { help: 'print JSON, for programs' },
  help: { help: 'show this help' },
};

/** Runs the command that these arguments are. Never rejects. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<Result> {
  try {
    const command = COMMANDS.find(({ name }) =>
      name.split(' ').every((word, index) => argv[index] === word),
    );
    if (command)
      return await runCommand(command, argv.slice(command.name.split(' ').length), terminal);
    if (argv.length === 0 || argv.some((arg) => arg === '--help' || arg === '-h'))
      return print(help(argv));
    throw new UsageError(`There is no such command. See: ${NAME} --help`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const exitCode = error instanceof UsageError ? 2 : 1;
    return { stdout: '', stderr: `${NAME}: ${message.split('\n')[0] ?? ''}\n`, exitCode };
  }
}

const print = (text: string, exitCode = 0): Result => ({
  stdout: `${text}\n`,
  stderr: '',
  exitCode,
});

async function runCommand(
  command: Command,
  argv: readonly string[],
  terminal: Terminal,
): Promise<Result> {
  const { values, positionals } = parse(command, argv);
  if (values.help === true) return print(helpOf(command));
  if (positionals.length !== command.args.length)
    throw new UsageError(`Use it so: ${usageOf(command)}`);
  const input: Input = {
    terminal,
    args: positionals,
    text: (name) => values[name] as string | undefined,
    texts: (name) => (values[name] as string[] | undefined) ?? [],
    isSet: (name) => values[name] === true,
  };
  const output: Output = await command.run(input);
  return print(
    values.json === true ? JSON.stringify(output.json, undefined, 2) : output.text,
    output.exitCode,
  );
}

function parse(command: Command, argv: readonly string[]) {
  const specs = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const options = specs.map(([name, { value, multiple = false }]) => {
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
    // Node's own message repeats what was typed, which may be a secret in a wrong place.
    const known = specs.map(([name]) => name);
    const names = argv.flatMap((arg) => /^--([a-z-]+)/.exec(arg)?.[1] ?? []);
    const stranger = names.find((name) => !known.includes(name));
    const mistake =
      stranger === undefined
        ? 'An option lacks its value, or has one too many.'
        : `There is no option --${stranger}.`;
    throw new UsageError(`${mistake} Use it so: ${usageOf(command)}`);
  }
}

function usageOf({ name, args, options }: Command): string {
  const names = Object.entries(options).map(
    ([option, { value }]) => `[--${option}${value === undefined ? '' : ` ${value}`}]`,
  );
  return [NAME, name, ...args, ...names].join(' ');
}

function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const rows = options.map(([name, { value, help: text }]) => [
    `  --${name}${value === undefined ? '' : ` ${value}`}`,
    text,
  ]);
  return `${usageOf(command)}\n\n${command.summary}\n\n${table(rows)}`;
}

/** Of all commands, or of those that begin with the given words. */
function help(argv: readonly string[]): string {
  const [word = ''] = argv.filter((arg) => !arg.startsWith('-'));
  const some = COMMANDS.filter(({ name }) => name.split(' ')[0] === word);
  const rows = (some.length > 0 ? some : COMMANDS).map(({ name, args, summary }) => [
    `  ${[name, ...args].join(' ')}`,
    summary,
  ]);
  return [
    `${NAME} COMMAND`,
    table(rows),
    `Every command has --help and --json. Secrets and tokens are read from the standard input, never from arguments.`,
    `Exit codes: 0 done, 1 failed (or doctor found a problem), 2 wrong command line.`,
  ].join('\n\n');
}
