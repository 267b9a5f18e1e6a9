import { execFile } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import bcrypt from 'bcryptjs';
import { bcryptVerifier, type ClientRecord } from 'express-client-jwt';
import { fileStore } from 'express-client-jwt/stores/file';

import type { Terminal } from '../../lib/cli/command';
import { run } from '../../lib/cli/commands';
import { getToken, testApp } from '../support/app';
import { HASH, hashOf, reports } from '../support/clients';
import { KEY, mint } from '../support/mint';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const STRONG = hashOf('a-secret-of-the-tests', 10);
const SECRET_LINE = /^[\w-]{43}$/m;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cli-'));
  file = path.join(folder, 'clients.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function cli(
  line: string,
  { stdin = '', env = {}, connect }: { stdin?: string; env?: Terminal['env']; connect?: Terminal['connect'] } = {},
) {
  const terminal: Terminal = {
    env,
    nowMs: () => NOW,
    readInput: () => Promise.resolve(stdin),
    connect: connect ?? (() => Promise.reject(new Error('The database cannot be reached (ECONNREFUSED).'))),
  };
  return run(
    line.split(' ').map((word) => (word === 'FILE' ? file : word)),
    terminal,
  );
}

async function ok(line: string, options = {}): Promise<string> {
  const result = await cli(line, options);
  expect(result).toMatchObject({ stderr: '', exitCode: 0 });
  return result.stdout;
}

const json = async (line: string, options = {}): Promise<never> => JSON.parse(await ok(`${line} --json`, options)) as never;
const stored = (): ClientRecord[] => (JSON.parse(readFileSync(file, 'utf8')) as { clients: ClientRecord[] }).clients;
const write = (...clients: ClientRecord[]) => {
  writeFileSync(file, JSON.stringify({ clients }));
};

describe('client add', () => {
  test('makes the file, shows a secret of 256 bits this once, and stores its hash only', async () => {
    const shown = await ok('client add reports --file FILE --scope reports:read --scope reports:write --expires-in-seconds 600');
    const [secret = ''] = SECRET_LINE.exec(shown) ?? [];
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(stored()).toEqual([
      {
        clientId: 'reports',
        secrets: [{ label: '2026-11-24', hash: expect.stringMatching(/^\$2b\$10\$/) as string }],
        scopes: ['reports:read', 'reports:write'],
        expiresInSeconds: 600,
      },
    ]);
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
    expect(bcrypt.compareSync(secret, stored()[0]?.secrets[0]?.hash ?? '')).toBe(true);
    const app = testApp({ verifier: bcryptVerifier(fileStore(file)) });
    expect((await getToken(app, 'reports', secret)).status).toBe(200);
  });

  test('takes a label and a cost, and prints JSON for programs', async () => {
    const output = await json('client add reports --file FILE --label first --cost 4');
    expect(output).toEqual({ clientId: 'reports', clientSecret: expect.stringMatching(SECRET_LINE) as string, label: 'first' });
    expect(stored()[0]?.secrets[0]).toEqual({ label: 'first', hash: expect.stringMatching(/^\$2b\$04\$/) as string });
  });

  test('refuses an id that there is, and keeps that client', async () => {
    write(reports());
    expect(await cli('client add reports --file FILE --cost 4')).toEqual({
      stdout: '',
      stderr: 'express-client-jwt: There is a client reports already. For another secret: client rotate reports.\n',
      exitCode: 1,
    });
    expect(stored()).toEqual([reports()]);
  });
});

describe('client list and show', () => {
  test('list in columns, without hashes', async () => {
    write(reports(), { clientId: 'b', disabled: true, secrets: [{ hash: HASH, expiresAt: '2026-01-01' }] });
    const shown = await ok('client list --file FILE');
    expect(shown.split('\n').map((row) => row.split(/ {2,}/))).toEqual([
      ['CLIENT', 'STATUS', 'LIVE SECRETS', 'SCOPES'],
      ['b', 'disabled', '0 of 1'],
      ['reports', 'active', '1 of 1', 'reports:read reports:write'],
      [''],
    ]);
  });

  test('list more than a page', async () => {
    write(...Array.from({ length: 2001 }, (_, index) => ({ clientId: `client-${String(index)}`, secrets: [] })));
    expect((await json('client list --file FILE')) as unknown[]).toHaveLength(2001);
  });

  test('show everything of a client but its hashes', async () => {
    write(
      reports({
        secrets: [{ hash: HASH, label: 'a', expiresAt: '2026-12-01T00:00:00Z' }],
        claims: { tenant: 7 },
        expiresInSeconds: 60,
      }),
    );
    expect(await json('client show reports --file FILE')).toEqual({
      clientId: 'reports',
      scopes: ['reports:read', 'reports:write'],
      disabled: false,
      expiresInSeconds: 60,
      claims: { tenant: 7 },
      secrets: [{ label: 'a', cost: 4, expiresAt: '2026-12-01T00:00:00.000Z', isLive: true }],
    });
    const shown = await ok('client show reports --file FILE');
    expect(shown).toContain('2026-12-01T00:00:00.000Z');
    expect(shown).not.toContain('$2');
  });
});

describe('client rotate and retire', () => {
  test('rotate adds a secret in front, lets the others go on, and drops those that have expired', async () => {
    write(
      reports({
        secrets: [
          { hash: STRONG, label: 'old' },
          { hash: HASH, label: 'older', expiresAt: '2026-01-01' },
        ],
      }),
    );
    const { clientSecret } = (await json('client rotate reports --file FILE --cost 4')) as { clientSecret: string };
    expect(stored()[0]?.secrets.map(({ label, expiresAt }) => ({ label, expiresAt }))).toEqual([
      { label: '2026-11-24' },
      { label: 'old' },
    ]);
    const app = testApp({ verifier: bcryptVerifier(fileStore(file)) });
    expect((await getToken(app, 'reports', clientSecret)).status).toBe(200);
    expect((await getToken(app, 'reports', 'a-secret-of-the-tests')).status).toBe(200);
  });

  test('rotate gives every secret of a day a label of its own', async () => {
    write(reports({ secrets: [] }));
    for (let index = 0; index < 3; index += 1) await ok('client rotate reports --file FILE --cost 4');
    expect(stored()[0]?.secrets.map(({ label }) => label)).toEqual(['2026-11-24-3', '2026-11-24-2', '2026-11-24']);
    expect((await cli('client rotate reports --file FILE --cost 4 --label 2026-11-24')).exitCode).toBe(2);
  });

  test.each([
    ['7d', '2026-12-01T12:00:00.000Z'],
    ['36h', '2026-11-26T00:00:00.000Z'],
    ['90m', '2026-11-24T13:30:00.000Z'],
    ['2026-12-24T00:00:00Z', '2026-12-24T00:00:00.000Z'],
  ])('rotate --retire-others %s lets the others expire then, and no later than they were to', async (when, expiresAt) => {
    write(
      reports({
        secrets: [
          { hash: HASH, label: 'old' },
          { hash: STRONG, label: 'short', expiresAt: '2026-11-24T12:30:00.000Z' },
        ],
      }),
    );
    await ok(`client rotate reports --file FILE --cost 4 --retire-others ${when}`);
    expect(stored()[0]?.secrets.map((secret) => secret.expiresAt)).toEqual([undefined, expiresAt, '2026-11-24T12:30:00.000Z']);
  });

  test('retire takes a secret away at once, or lets it expire at a time', async () => {
    const secrets = ['a', 'b', 'c'].map((label) => ({ hash: HASH, label }));
    write(reports({ secrets }));
    await ok('client retire reports a --file FILE');
    await ok('client retire reports b --file FILE --at 1d');
    expect(stored()[0]?.secrets).toEqual([{ hash: HASH, label: 'b', expiresAt: '2026-11-25T12:00:00.000Z' }, secrets[2]]);
  });

  test.each([
    ['the only secret', 'client retire reports a --file FILE', [{ hash: HASH, label: 'a' }]],
    [
      'a secret that outlives the others',
      'client retire reports a --file FILE --at 7d',
      [
        { hash: HASH, label: 'a' },
        { hash: HASH, label: 'b', expiresAt: '2026-11-25' },
      ],
    ],
  ])('retire keeps %s', async (_title, line, secrets) => {
    write(reports({ secrets }));
    const { stderr, exitCode } = await cli(line);
    expect({ stderr, exitCode }).toEqual({
      stderr:
        'express-client-jwt: a is the last secret of reports that works then. Rotate first, or disable or remove the client.\n',
      exitCode: 1,
    });
    expect(stored()[0]?.secrets).toEqual(secrets);
  });

  test('retire knows no secret by another label', async () => {
    write(reports());
    expect((await cli('client retire reports x --file FILE')).stderr).toBe(
      'express-client-jwt: reports has no secret with the label x.\n',
    );
  });
});

test('client disable, enable and remove do what they say', async () => {
  write(reports());
  expect(await ok('client disable reports --file FILE')).toBe('reports is disabled.\n');
  expect(stored()[0]?.disabled).toBe(true);
  expect(await ok('client enable reports --file FILE')).toBe('reports is enabled.\n');
  expect(stored()[0]?.disabled).toBe(false);
  expect(await ok('client remove reports --file FILE')).toBe('Removed reports.\n');
  expect(stored()).toEqual([]);
});

describe('key generate', () => {
  test.each(['HS256', 'HS512', 'RS256', 'PS384', 'ES256', 'ES384', 'ES512'])('makes a key that signs with %s', async (alg) => {
    const { privateKey } = (await json(`key generate --alg ${alg}`)) as { privateKey: string };
    const key = alg.startsWith('HS') ? privateKey : createPrivateKey(privateKey);
    const app = testApp({ keys: { key, alg: alg as 'HS256' } });
    expect((await getToken(app)).status).toBe(200);
  });

  test('shows the key alone, so that it can be assigned to a variable', async () => {
    expect(await ok('key generate')).toMatch(/^[\w-]{64}\n$/);
  });

  test('writes it into a new file for the owner alone, and never over another', async () => {
    const out = path.join(folder, 'key.pem');
    const shown = await ok(`key generate --alg ES256 --out ${out}`);
    expect(shown).toContain('BEGIN PUBLIC KEY');
    expect(shown).not.toContain('PRIVATE');
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const before = readFileSync(out, 'utf8');
    expect((await cli(`key generate --out ${out}`)).stderr).toContain('EEXIST');
    expect(readFileSync(out, 'utf8')).toBe(before);
  });
});

describe('hash', () => {
  test('hashes the line on the standard input', async () => {
    const hash = (await ok('hash --cost 4', { stdin: 'my-secret\n' })).trim();
    expect(bcrypt.compareSync('my-secret', hash)).toBe(true);
  });

  test('takes no secret as an argument, and does not repeat it', async () => {
    const { stderr, exitCode } = await cli('hash my-secret');
    expect({ stderr, exitCode }).toEqual({
      stderr: 'express-client-jwt: Use it so: express-client-jwt hash [--cost NUMBER]\n',
      exitCode: 2,
    });
  });

  test.each(['', 'x'.repeat(73), 'a b'])('refuses what bcrypt cannot tell apart or a header cannot carry: %j', async (stdin) => {
    expect((await cli('hash', { stdin })).stderr).toContain('secret must be 1 to 72 visible ASCII characters');
  });
});

describe('token inspect', () => {
  test('decodes, and says first that nothing is verified', async () => {
    const token = mint({ iat: NOW / 1000 - 60, exp: NOW / 1000 + 60, note: '\u001b[31mred' });
    const shown = await ok('token inspect', { stdin: `Authorization: Bearer ${token}\r\n` });
    expect(shown).toMatch(/^NOT VERIFIED/);
    expect(shown).toContain('2026-11-24T12:01:00.000Z');
    expect(shown).toContain('Expires at 2026-11-24T12:01:00.000Z.');
    expect(shown).not.toContain('\u001b');
    expect(await json('token inspect', { stdin: token })).toMatchObject({ verified: false, header: { alg: 'HS256' } });
  });

  test.each<[object, string]>([
    [{ exp: NOW / 1000 }, 'Expired at 2026-11-24T12:00:00.000Z.'],
    [{ exp: undefined }, 'Has no exp.'],
    [{ exp: 'soon' }, 'Has no exp.'],
  ])('says whether it has expired: %j', async (claims, sentence) => {
    expect(await ok('token inspect', { stdin: mint(claims as never) })).toContain(sentence);
  });

  test('refuses what is no token, without repeating it', async () => {
    expect((await cli('token inspect', { stdin: 'not-a-token' })).stderr).toBe(
      'express-client-jwt: The standard input is not one well-formed JWT.\n',
    );
  });
});

describe('doctor', () => {
  const healthy = reports({ secrets: [{ hash: STRONG, label: 'a' }] });
  const findings = async (line = '', options = {}) => {
    const { stdout, exitCode } = await cli(`doctor --file FILE --json${line}`, options);
    const report = JSON.parse(stdout) as { findings: { level: string; about: string; finding: string }[] };
    return { exitCode, findings: report.findings.map(({ level, about, finding }) => `${level} ${about} ${finding}`) };
  };

  test('finds nothing where all is well', async () => {
    write(healthy);
    expect(await findings('', { env: { JWT_SECRET: KEY } })).toEqual({ exitCode: 0, findings: [] });
    expect(await ok('doctor --file FILE', { env: { JWT_SECRET: KEY } })).toBe('1 clients, 0 problems, 0 warnings.\n');
  });

  test.each<[string, Partial<ClientRecord>, string, number]>([
    [
      'a cheap hash',
      { secrets: [{ hash: HASH, label: 'a' }] },
      'problem reports secret a has cost 4, and 10 is the least to use: rotate it.',
      1,
    ],
    ['no live secret', { secrets: [] }, 'problem reports has no secret that works: rotate it, or disable or remove it.', 1],
    [
      'a secret that soon expires',
      { secrets: [{ hash: STRONG, label: 'a', expiresAt: '2026-12-01' }] },
      'problem reports has no secret that works after 2026-12-01T00:00:00.000Z.',
      1,
    ],
    [
      'one that has expired',
      {
        secrets: [
          { hash: STRONG, label: 'a' },
          { hash: STRONG, expiresAt: '2026-11-01' },
        ],
      },
      'warning reports secret without a label has expired: retire it.',
      0,
    ],
    [
      'many secrets',
      { secrets: ['a', 'b', 'c'].map((label) => ({ hash: STRONG, label })) },
      'warning reports has 3 secrets that work: retire the old ones.',
      0,
    ],
  ])('finds %s', async (_title, changes, finding, exitCode) => {
    write(reports(changes));
    expect(await findings('', { env: { JWT_SECRET: KEY } })).toEqual({ exitCode, findings: [finding] });
    write(reports({ ...changes, disabled: true }));
    expect((await findings('', { env: { JWT_SECRET: KEY } })).findings).toEqual([]);
  });

  test('looks at the key, and does not repeat it', async () => {
    write(healthy);
    expect((await findings()).findings).toEqual(['warning JWT_SECRET is not set, so no key was looked at; name one with --key.']);
    const weak = await findings('', { env: { JWT_SECRET: 'short-but-secret' } });
    expect(weak.exitCode).toBe(1);
    expect(weak.findings.join()).toMatch(/^problem JWT_SECRET .*32/);
    expect(weak.findings.join()).not.toContain('short-but-secret');
    const pem = path.join(folder, 'key.pem');
    writeFileSync(pem, generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect((await findings(` --key ${pem}`)).findings.join()).toContain('has 1024 bits');
    writeFileSync(pem, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
    expect((await findings(` --key ${pem}`)).findings).toEqual([`problem ${pem} is not a private key that can be read.`]);
  });

  test('looks at a token for its issuer, its audience and its lifetime', async () => {
    write(healthy);
    const options = { env: { JWT_SECRET: KEY } };
    const bare = await findings(' --token', { ...options, stdin: mint({ iat: 0, exp: 90_000 }) });
    expect(bare.findings.map((text) => text.split(':')[0])).toEqual([
      'warning the token has no iss',
      'warning the token has no aud',
      'warning the token is valid for more than a day.',
    ]);
    const whole = mint({ iss: 'i', aud: 'a' });
    expect((await findings(' --token', { ...options, stdin: whole })).findings).toEqual([]);
    const endless = mint({ iss: 'i', aud: 'a', exp: undefined });
    expect((await findings(' --token', { ...options, stdin: endless })).findings).toEqual([
      'problem the token has no iat or no exp.',
    ]);
  });
});

describe('the command line', () => {
  test.each(['', '--help', '-h', 'client --help'])('%j shows the commands', async (line) => {
    const shown = (await run(line === '' ? [] : line.split(' '), {} as Terminal)).stdout;
    for (const word of ['add', 'list', 'show', 'rotate', 'retire', 'disable', 'enable', 'remove'])
      expect(shown).toContain(`client ${word}`);
    expect(shown).toContain('Exit codes: 0 done, 1 failed (or doctor found a problem), 2 wrong command line.');
    expect(shown.includes('token inspect')).toBe(line !== 'client --help');
  });

  test('every command has its help', async () => {
    const { stdout } = await run(['--help'], {} as Terminal);
    const names = [...stdout.matchAll(/^ {2}([a-z]+(?: [a-z]+)?)/gm)].map(([, name = '']) => name);
    expect(names).toHaveLength(13);
    for (const name of names) {
      const help = await run([...name.split(' '), '--help'], {} as Terminal);
      expect(help.exitCode).toBe(0);
      expect(help.stdout).toContain(`express-client-jwt ${name}`);
      expect(help.stdout).toContain('--json');
    }
  });

  test.each([
    ['frobnicate', 'There is no such command. See: express-client-jwt --help'],
    ['client', 'There is no such command.'],
    ['client add', 'Use it so: express-client-jwt client add CLIENT-ID'],
    ['client add a b', 'Use it so: express-client-jwt client add CLIENT-ID'],
    ['client add a --secret s3cret', 'That option is not known, or lacks its value.'],
    ['client add a --cost 3', '--cost must be a whole number from 4 to 16.'],
    ['client add a --cost ten', '--cost must be a whole number.'],
    ['client list --file a --postgres b', 'Give --file or --postgres, not both.'],
    ['client list --table a', '--table goes with --postgres.'],
    ['client rotate a --file FILE --retire-others tomorrow', '--retire-others must be a time from now'],
    ['key generate --alg none', '--alg must be one of HS256'],
  ])('%j is a mistake of exit code 2, in one line', async (line, message) => {
    write(reports({ clientId: 'a' }));
    const { stdout, stderr, exitCode } = await cli(line);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).not.toContain('s3cret');
  });

  test.each([
    ['client show nobody --file FILE', 'There is no client nobody.'],
    ['client rotate nobody --file FILE --cost 4', 'There is no client nobody.'],
    ['client remove nobody --file FILE', 'There is no client nobody.'],
    ['client add a --file FILE --cost 4 --scope "', 'The changed record (client a).scopes must be an array of scopes'],
    ['client list --postgres postgres://127.0.0.1/x', 'The database cannot be reached (ECONNREFUSED).'],
  ])('%j is a failure of exit code 1, in one line', async (line, message) => {
    write(reports());
    const { stdout, stderr, exitCode } = await cli(line);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain(message);
    expect(stored()).toEqual([reports()]);
  });

  test('a file that is not there yet is made by client add only', async () => {
    expect((await cli('client list --file FILE')).stderr).toContain(
      `${file} does not exist. The first client makes it: client add`,
    );
  });

  test('a table that is not there is said to be missing, and the connection is ended', async () => {
    const end = jest.fn(() => Promise.resolve());
    const query = () => Promise.reject(Object.assign(new Error('relation "api_clients" does not exist'), { code: '42P01' }));
    const connect = () => Promise.resolve({ query, end });
    expect((await cli('client list --postgres URL', { connect })).stderr).toContain('postgres schema');
    expect(end).toHaveBeenCalledTimes(1);
    expect(await ok('postgres schema')).toContain('CREATE TABLE IF NOT EXISTS "api_clients"');
  });

  test('runs as a program, which takes the secret from a pipe', async () => {
    const main = path.join(__dirname, '../../dist/cli/main.js');
    const hash = await new Promise<string>((resolve, reject) => {
      const child = execFile(process.execPath, [main, 'hash', '--cost', '4'], { timeout: 20_000 }, (error, stdout) => {
        if (error) reject(new Error('failed', { cause: error }));
        else resolve(stdout.trim());
      });
      child.stdin?.end('my-secret');
    });
    expect(bcrypt.compareSync('my-secret', hash)).toBe(true);
  });
});
