import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ClientRecord } from 'express-client-jwt';
import { cli, file, folder, ok, STRONG, write } from '../support/cli';
import { HASH, reports } from '../support/clients';
import { KEY, mint } from '../support/mint';

describe('the doctor command', () => {
  const healthy = reports({ secrets: [{ hash: STRONG, label: 'a' }] });
  const findings = async (line = '', options = {}) => {
    const { stdout, exitCode } = await cli(`doctor --file FILE --json${line}`, options);
    const report = JSON.parse(stdout) as {
      findings: { level: string; about: string; finding: string }[];
    };
    return {
      exitCode,
      findings: report.findings.map(({ level, about, finding }) => `${level} ${about} ${finding}`),
    };
  };

  test('finds no problem in a good configuration', async () => {
    write(healthy);
    expect(await findings('', { env: { JWT_SECRET: KEY } })).toEqual({ exitCode: 0, findings: [] });
    expect(await ok('doctor --file FILE', { env: { JWT_SECRET: KEY } })).toBe(
      '1 client, 0 problems, 0 warnings.\n',
    );
  });

  test.each<[string, Partial<ClientRecord>, string, number]>([
    [
      'a cheap hash',
      { secrets: [{ hash: HASH, label: 'a' }] },
      'problem reports secret a has the bcrypt cost 4, but needs 10 or more. Rotate it.',
      1,
    ],
    [
      'a client without a working secret',
      { secrets: [] },
      'problem reports has no working secret. Rotate it, or disable or remove it.',
      1,
    ],
    [
      'a last secret that expires soon',
      { secrets: [{ hash: STRONG, label: 'a', expiresAt: '2026-12-01' }] },
      'problem reports has no working secret after 2026-12-01T00:00:00.000Z. Rotate it before.',
      1,
    ],
    [
      'an expired secret',
      {
        secrets: [
          { hash: STRONG, label: 'a' },
          { hash: STRONG, expiresAt: '2026-11-01' },
        ],
      },
      'warning reports a secret without a label has expired. Retire it.',
      0,
    ],
    [
      'many secrets',
      { secrets: ['a', 'b', 'c'].map((label) => ({ hash: STRONG, label })) },
      'warning reports has 3 working secrets. Retire the old ones.',
      0,
    ],
  ])('finds %s', async (_title, changes, finding, exitCode) => {
    write(reports(changes));
    expect(await findings('', { env: { JWT_SECRET: KEY } })).toEqual({
      exitCode,
      findings: [finding],
    });
    write(reports({ ...changes, disabled: true }));
    expect((await findings('', { env: { JWT_SECRET: KEY } })).findings).toEqual([]);
  });

  test('checks the key, and does not print it', async () => {
    write(healthy);
    expect((await findings()).findings).toEqual([
      'warning JWT_SECRET is not set, so no key was checked. Specify one with --key.',
    ]);
    const weak = await findings('', { env: { JWT_SECRET: 'short-but-secret' } });
    expect(weak.exitCode).toBe(1);
    expect(weak.findings.join()).toMatch(/^problem JWT_SECRET .*32/);
    expect(weak.findings.join()).not.toContain('short-but-secret');
    const pem = path.join(folder, 'key.pem');
    writeFileSync(
      pem,
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
        type: 'pkcs8',
        format: 'pem',
      }),
    );
    expect((await findings(` --key ${pem}`)).findings.join()).toContain('has 1024 bits');
    writeFileSync(pem, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
    expect((await findings(` --key ${pem}`)).findings).toEqual([
      `problem ${pem} is not a readable private key.`,
    ]);
  });

  test('checks the issuer, the audience and the lifetime of a token', async () => {
    write(healthy);
    const options = { env: { JWT_SECRET: KEY } };
    const bare = await findings(' --token', { ...options, stdin: mint({ iat: 0, exp: 90_000 }) });
    expect(bare.findings.map((text) => text.split('.')[0])).toEqual([
      'warning the token has no iss',
      'warning the token has no aud',
      'warning the token is valid for more than a day',
    ]);
    const whole = mint({ iss: 'i', aud: 'a' });
    expect((await findings(' --token', { ...options, stdin: whole })).findings).toEqual([]);
    const endless = mint({ iss: 'i', aud: 'a', exp: undefined });
    expect((await findings(' --token', { ...options, stdin: endless })).findings).toEqual([
      'problem the token has no iat or no exp.',
    ]);
  });
});

test('finds a row that every verifier would reject', async () => {
  const row = {
    client_id: 'reports',
    secrets: [{ hash: STRONG }],
    scopes: ['a b'],
    disabled: false,
    version: 1,
  };
  const connect = () =>
    Promise.resolve({
      query: () => Promise.resolve({ rows: [row] }),
      end: () => Promise.resolve(),
    });
  const { stdout, exitCode } = await cli('doctor --postgres URL', {
    connect,
    env: { JWT_SECRET: KEY },
  });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('scopes[0] must be a scope without spaces or quotes');
});

test.each([
  [0o600, 0, ''],
  [0o640, 0, 'WARNING'],
  [0o644, 1, 'PROBLEM'],
])('doctor checks a clients file of mode %o and exits with %i', async (mode, exitCode, level) => {
  write(reports({ secrets: [{ hash: STRONG, label: 'a' }] }));
  chmodSync(file, mode);
  const result = await cli('doctor --file FILE', { env: { JWT_SECRET: KEY } });
  expect(result.exitCode).toBe(exitCode);
  expect(result.stdout.includes('can be read by other users')).toBe(level !== '');
  expect(result.stdout).toContain(level);
});
