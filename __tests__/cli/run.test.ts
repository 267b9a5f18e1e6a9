import { execFile } from 'node:child_process';
import path from 'node:path';
import bcrypt from 'bcryptjs';
import { type Terminal } from '../../lib/cli/command';
import { run } from '../../lib/cli/run';
import { cli, file, json, ok, stored, write } from '../support/cli';
import { reports } from '../support/clients';

describe('the command line', () => {
  test.each(['', '--help', '-h', 'help', 'client', 'client --help'])(
    'prints the commands for %j',
    async (line) => {
      const shown = (await run(line === '' ? [] : line.split(' '), {} as Terminal)).stdout;
      for (const word of ['add', 'list', 'show', 'rotate', 'retire', 'disable', 'enable', 'remove'])
        expect(shown).toContain(`client ${word}`);
      expect(shown).toContain(
        'Exit codes: 0 done, 1 failed (or doctor found a problem), 2 wrong command line.',
      );
      expect(shown.includes('token inspect')).toBe(!line.startsWith('client'));
    },
  );

  test('--version prints the version', async () => {
    expect(await ok('--version')).toBe('1.2.3\n');
  });

  test('every command has a help text', async () => {
    const { stdout } = await run(['--help'], {} as Terminal);
    const names = [...stdout.matchAll(/^ {2}([a-z]+(?: [a-z-]+)?)/gm)].map(([, name = '']) => name);
    expect(names).toHaveLength(20);
    for (const name of names) {
      const help = await run([...name.split(' '), '--help'], {} as Terminal);
      expect(help.exitCode).toBe(0);
      expect(help.stdout).toContain(`express-client-jwt ${name}`);
      expect(help.stdout).toContain('--json');
    }
  });

  test.each([
    ['frobnicate', 'Unknown command. See: npx express-client-jwt --help'],
    ['client frob', 'Unknown command.'],
    ['client ls', 'Unknown command. Did you mean "client list"?'],
    ['client rot a', 'Did you mean "client rotate"?'],
    ['client add', 'Usage: express-client-jwt client add CLIENT-ID'],
    ['client add a b', 'Usage: express-client-jwt client add CLIENT-ID'],
    ['client add a --secret s3cret', 'Unknown option --secret.'],
    ['client add a --cost', 'An option is missing its value or has an unexpected one.'],
    ['client add a --cost 3', '--cost must be a whole number from 4 to 16.'],
    ['client add a --cost ten', '--cost must be a whole number.'],
    ['client list --file a --postgres b', 'Use one of --file and --postgres.'],
    ['client list --file postgres://u:s3cret@h/x', '--file must be the path of a file.'],
    ['client list --postgres env', 'set the environment variable DATABASE_URL.'],
    ['client list --table a', '--table goes with --postgres.'],
    [
      'client rotate a --file FILE --retire-others tomorrow',
      '--retire-others must be "now", a time from now',
    ],
    ['client add a --label  --file FILE', '--label must not be empty.'],
    ['client set a --file FILE', 'Give --scope or --expires-in-seconds.'],
    ['client show é', 'CLIENT-ID must be 1 to 256 visible ASCII characters.'],
    ['key generate --alg none', '--alg must be one of HS256'],
  ])('%j exits with 2 and prints one line of error', async (line, message) => {
    write(reports({ clientId: 'a' }));
    const { stdout, stderr, exitCode } = await cli(line);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).not.toContain('s3cret');
  });

  test.each([
    ['client show nobody --file FILE', 'The client nobody does not exist.'],
    ['client rotate nobody --file FILE --cost 4', 'The client nobody does not exist.'],
    ['client remove nobody --file FILE', 'The client nobody does not exist.'],
    [
      'client add a --file FILE --cost 4 --scope "',
      'The changed record (client a).scopes[0] must be a scope',
    ],
    [
      'client list --postgres postgres://127.0.0.1/x',
      'The database cannot be reached (ECONNREFUSED).',
    ],
  ])('%j exits with 1 and prints one line of error', async (line, message) => {
    write(reports());
    const { stdout, stderr, exitCode } = await cli(line);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain(message);
    expect(stored()).toEqual([reports()]);
  });

  test('only client add creates a missing file', async () => {
    expect((await cli('client list --file FILE')).stderr).toContain(
      `The file ${file} does not exist. Create it with: npx express-client-jwt client add CLIENT-ID --file ${file}`,
    );
  });

  test('says that a table is missing, and closes the connection', async () => {
    const end = jest.fn(() => Promise.resolve());
    const query = () =>
      Promise.reject(
        Object.assign(new Error('relation "api_clients" does not exist'), { code: '42P01' }),
      );
    const connect = () => Promise.resolve({ query, end });
    expect((await cli('client list --postgres URL', { connect })).stderr).toContain(
      'postgres schema',
    );
    expect(end).toHaveBeenCalledTimes(1);
    expect(await ok('postgres schema')).toContain('CREATE TABLE IF NOT EXISTS "api_clients"');
  });

  test('runs as a program that reads the secret from a pipe', async () => {
    const main = path.join(__dirname, '../../dist/cli/main.js');
    const hash = await new Promise<string>((resolve, reject) => {
      const child = execFile(
        process.execPath,
        [main, 'hash', '--cost', '4'],
        { timeout: 20_000 },
        (error, stdout) => {
          if (error) reject(new Error('failed', { cause: error }));
          else resolve(stdout.trim());
        },
      );
      child.stdin?.end('my-secret');
    });
    expect(bcrypt.compareSync('my-secret', hash)).toBe(true);
  });
});

test('--postgres env reads the URL from the environment, and --table sets the table', async () => {
  const connect = jest.fn(() =>
    Promise.resolve({ query: () => Promise.resolve({ rows: [] }), end: () => Promise.resolve() }),
  );
  const line = 'client list --postgres env --table auth.clients';
  expect(await json(line, { env: { DATABASE_URL: 'postgres://h/x' }, connect })).toEqual([]);
  expect(connect).toHaveBeenCalledWith('postgres://h/x');
  expect(await json('postgres schema --table auth.clients')).toMatchObject({
    sql: expect.stringContaining('"auth"."clients"') as string,
  });
});

test('prints the first line of a database error', async () => {
  const query = () => Promise.reject(new Error('permission denied\nDETAIL: x'));
  const connect = () => Promise.resolve({ query, end: () => Promise.resolve() });
  expect((await cli('client list --postgres URL', { connect })).stderr).toBe(
    'express-client-jwt: permission denied\n',
  );
});

test.each([
  ['client show', 'CLIENT-ID is missing. Usage:'],
  ['client retire a', 'LABEL is missing. Usage:'],
  ['client retire', 'CLIENT-ID and LABEL are missing. Usage:'],
  ['client show a b', 'There are too many arguments. Usage:'],
  [
    'token inspect eyJx',
    'There are too many arguments. Pass the token on the standard input. Usage:',
  ],
])('"%s" says what is wrong with its arguments', async (line, message) => {
  const { stderr, exitCode } = await cli(line);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr).not.toContain('eyJx');
});

test('suggests nothing for a command that resembles no other', async () => {
  expect((await cli('frob nicate')).stderr).toContain('Unknown command. See:');
  expect((await cli('client delete x')).stderr).toContain('Did you mean "client remove"?');
});

test('the store stays open until a new secret has been printed, and is closed then', async () => {
  const end = jest.fn(() => Promise.resolve());
  const query = () => Promise.resolve({ rows: [{ client_id: 'a' }] });
  const connect = () => Promise.resolve({ query: withoutClient(query), end });
  const result = await cli('client add a --cost 4 --postgres URL', { connect });
  expect([result.exitCode, end.mock.calls.length]).toEqual([0, 0]);
  await result.close?.();
  expect(end).toHaveBeenCalledTimes(1);
});

/** A database without clients that accepts each added one. */
function withoutClient(insert: () => Promise<{ rows: unknown[] }>) {
  return (text: string) => (text.startsWith('SELECT') ? Promise.resolve({ rows: [] }) : insert());
}

test('every option is optional, and numeric options are parsed as numbers', async () => {
  expect((await cli('client add a --file FILE --expires-in-seconds x')).exitCode).toBe(2);
  expect((await cli('client add a --file FILE --cost 17')).exitCode).toBe(2);
  expect((await cli('client retire a b --file FILE --at 2026-13-45')).exitCode).toBe(2);
  expect((await cli('key generate --alg RS256 --json')).stdout).toContain('BEGIN PUBLIC KEY');
  expect((await cli('hash --cost 4', { stdin: 'x'.repeat(40) })).stderr).toBe('');
});
