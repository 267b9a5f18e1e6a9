import { readFileSync } from 'node:fs';
import bcrypt from 'bcryptjs';
import { bcryptVerifier } from 'express-client-jwt';
import { fileStore } from 'express-client-jwt/stores/file';
import { callGuarded, getToken, testApp } from '../support/app';
import { cli, file, json, NOW, ok, stored, STRONG, write } from '../support/cli';
import { HASH, reports } from '../support/clients';
import { mint } from '../support/mint';

const SECRET_LINE = /^[\w-]{43}$/m;

describe('client add', () => {
  test('creates the file, prints a secret of 256 bits once, and stores only its hash', async () => {
    const shown = await ok(
      'client add reports --file FILE --scope reports:read --scope reports:write --expires-in-seconds 600',
    );
    expect(shown.split('\n')[0]).toBe(
      `Added reports to ${file}. The new secret (2026-11-24) is shown only once:`,
    );
    const [secret = ''] = SECRET_LINE.exec(shown) ?? [];
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(stored()).toEqual([
      {
        clientId: 'reports',
        secrets: [{ label: '2026-11-24', hash: expect.stringMatching(/^\$2b\$10\$/) as string }],
        scopes: ['reports:read', 'reports:write'],
        expiresInSeconds: 600,
        tokensValidAfter: new Date(NOW).toISOString(),
      },
    ]);
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
    expect(bcrypt.compareSync(secret, stored()[0]?.secrets[0]?.hash ?? '')).toBe(true);
    const app = testApp({ verifier: bcryptVerifier(fileStore(file)) });
    expect((await getToken(app, 'reports', secret)).status).toBe(200);
  });

  test('takes a label and a cost, and prints JSON with --json', async () => {
    const output = await json('client add reports --file FILE --label first --cost 4');
    expect(output).toEqual({
      clientId: 'reports',
      clientSecret: expect.stringMatching(SECRET_LINE) as string,
      label: 'first',
    });
    expect(stored()[0]?.secrets[0]).toEqual({
      label: 'first',
      hash: expect.stringMatching(/^\$2b\$04\$/) as string,
    });
  });

  test('rejects an id that exists, and keeps that client', async () => {
    write(reports());
    expect(await cli('client add reports --file FILE --cost 4')).toEqual({
      stdout: '',
      stderr:
        'express-client-jwt: The client reports already exists. To give it another secret, rotate it.\n',
      exitCode: 1,
    });
    expect(stored()).toEqual([reports()]);
  });
});

describe('client list, show, disable, enable, remove and end-tokens', () => {
  test('client list prints columns, without hashes', async () => {
    write(reports(), {
      clientId: 'b',
      disabled: true,
      secrets: [{ hash: HASH, expiresAt: '2026-01-01' }],
    });
    const shown = await ok('client list --file FILE');
    expect(shown.split('\n').map((row) => row.split(/ {2,}/))).toEqual([
      ['CLIENT', 'STATUS', 'LIVE SECRETS', 'LAST USED', 'SCOPES'],
      ['b', 'disabled', '0 of 1', 'never noted'],
      ['reports', 'active', '1 of 1', 'never noted', 'reports:read reports:write'],
      [''],
    ]);
  });

  test('client list prints more than one page', async () => {
    write(
      ...Array.from({ length: 2001 }, (_, index) => ({
        clientId: `client-${String(index)}`,
        secrets: [],
      })),
    );
    expect((await json('client list --file FILE')) as unknown[]).toHaveLength(2001);
  });

  test('client show prints every field of a client except its hashes', async () => {
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
      secrets: [
        {
          ...{ label: 'a', cost: 4, expiresAt: '2026-12-01T00:00:00.000Z', isLive: true },
          lastUsedAt: null,
        },
      ],
    });
    const shown = await ok('client show reports --file FILE');
    expect(shown).toContain('2026-12-01T00:00:00.000Z');
    expect(shown).not.toContain('$2');
  });
});

test('client disable, enable and remove change the client accordingly', async () => {
  write(reports());
  expect(await ok('client disable reports --file FILE')).toBe('Disabled reports.\n');
  expect(stored()[0]?.disabled).toBe(true);
  expect(await ok('client enable reports --file FILE')).toBe('Enabled reports.\n');
  expect(stored()[0]?.disabled).toBe(false);
  expect(await ok('client remove reports --file FILE')).toBe('Removed reports.\n');
  expect(stored()).toEqual([]);
});

test('client end-tokens invalidates the earlier tokens, and no others', async () => {
  write(reports());
  await ok('client end-tokens reports --file FILE');
  expect(stored()).toEqual([reports({ tokensValidAfter: new Date(NOW).toISOString() })]);
  const app = testApp({ verifier: bcryptVerifier(fileStore(file)), clock: () => NOW + 1000 });
  expect((await callGuarded(app, mint({ iat: NOW / 1000 - 1, exp: NOW / 1000 + 60 }))).status).toBe(
    401,
  );
  expect((await callGuarded(app, mint({ iat: NOW / 1000, exp: NOW / 1000 + 60 }))).status).toBe(
    200,
  );
});

test('removing a client and adding it again does not make its old tokens valid', async () => {
  write(reports());
  await ok('client remove reports --file FILE');
  await ok('client add reports --file FILE --cost 4');
  const app = testApp({ verifier: bcryptVerifier(fileStore(file)), clock: () => NOW + 1000 });
  expect((await callGuarded(app, mint({ iat: NOW / 1000 - 1, exp: NOW / 1000 + 60 }))).status).toBe(
    401,
  );
});

test('every command prints what it did as JSON with --json', async () => {
  write({
    clientId: 'bare',
    secrets: [{ hash: HASH }, { hash: STRONG, label: 'b' }],
    tokensValidAfter: '2026-01-01',
  });
  expect(await json('client show bare --file FILE')).toMatchObject({
    scopes: [],
    tokensValidAfter: '2026-01-01T00:00:00.000Z',
  });
  expect(await ok('client show bare --file FILE')).toMatch(/^- +4 +live +never +never noted$/m);
  expect(await json('client retire bare b --file FILE --at 1d')).toMatchObject({
    retiredAt: '2026-11-25T12:00:00.000Z',
  });
  expect(await json('client retire bare b --file FILE')).toEqual({
    clientId: 'bare',
    label: 'b',
    retiredAt: null,
    endedTokens: false,
  });
  expect(await json('client disable bare --file FILE')).toMatchObject({
    clientId: 'bare',
    disabled: true,
  });
  expect(await json('client end-tokens bare --file FILE')).toMatchObject({
    tokensValidAfter: '2026-11-24T12:00:00.000Z',
  });
  expect(await json('client remove bare --file FILE')).toEqual({ clientId: 'bare', removed: true });
});

test.each(['disable reports', 'enable reports', 'end-tokens reports', 'remove reports'])(
  'client %s says how soon running apps apply it',
  async (words) => {
    write(reports());
    expect((await cli(`client ${words} --file FILE`)).stderr).toBe(
      'Running apps follow within a second.\n',
    );
  },
);

test('client list prints the valid clients beside a malformed one, and exits with 1', async () => {
  write(reports(), { clientId: 'bad', secrets: [{ hash: 'plain' }] });
  const { stdout, stderr, exitCode } = await cli('client list --file FILE');
  expect([stdout.includes('reports'), exitCode]).toEqual([true, 1]);
  expect(stderr).toMatch(/^Left out bad: The record \(client bad\)\.secrets\[0\]\.hash must be/);
  expect(stderr).not.toContain('plain');
});

test('client remove removes a malformed client', async () => {
  write(reports(), { clientId: 'bad', secrets: [{ hash: 'plain' }] });
  await ok('client remove bad --file FILE');
  expect(stored()).toEqual([reports()]);
});

test('an error prints no control characters to the terminal', async () => {
  write(reports({ secrets: [{ hash: HASH, label: '\u001b[2J' }] }));
  const { stderr } = await cli('client retire reports nope --file FILE');
  expect(stderr).toContain('\\u001b[2J');
});

test('JSON output contains no control characters, and is still valid JSON', async () => {
  write(reports({ secrets: [{ hash: HASH, label: '\u009b31m\u202e' }] }));
  const shown = await ok('client show reports --file FILE --json');
  expect(shown).not.toMatch(/[\u009b\u202e]/);
  expect(JSON.parse(shown)).toMatchObject({ secrets: [{ label: '\u009b31m\u202e' }] });
});

test('client add and rotate undo a new secret that could not be printed', async () => {
  write(reports({ secrets: [{ hash: HASH, label: 'old' }] }));
  const rotated = await cli(
    'client rotate reports --file FILE --cost 4 --retire-others 1d --label new',
  );
  expect(stored()[0]?.secrets.map(({ label }) => label)).toEqual(['new', 'old']);
  await rotated.takeBack?.();
  expect(stored()).toEqual([reports({ secrets: [{ hash: HASH, label: 'old' }] })]);
  const added = await cli('client add other --file FILE --cost 4');
  await added.takeBack?.();
  expect(stored().map(({ clientId }) => clientId)).toEqual(['reports']);
});

test('a label prints no control characters to the terminal', async () => {
  write(reports({ secrets: [{ hash: HASH, label: '\u001b[2J\u009b31m\u202e' }] }));
  expect(await ok('client show reports --file FILE')).toContain('\\u001b[2J\\u009b31m\\u202e');
});
