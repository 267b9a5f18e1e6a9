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
        tokensValidAfter: new Date(NOW).toISOString(),
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

  test('retire tells where all that is left expires', async () => {
    const secrets = [
      { hash: HASH, label: 'a' },
      { hash: HASH, label: 'b', expiresAt: '2026-12-24' },
      { hash: HASH, label: 'c', expiresAt: '2026-12-01' },
      { hash: HASH, label: 'd' },
    ];
    write(reports({ secrets }));
    expect(await ok('client retire reports d --file FILE')).toBe('The secret d of reports is retired now.\n');
    expect(await ok('client retire reports a --file FILE')).toBe(
      'The secret a of reports is retired now. All that are left expire, the last at 2026-12-24T00:00:00.000Z: rotate before.\n',
    );
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
      'express-client-jwt: reports has no secret with the label x. The labels are: -\n',
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

test('client retire takes a secret without a label by the name it is shown with', async () => {
  write(reports({ secrets: [{ hash: HASH }, { hash: STRONG, label: 'new' }] }));
  await ok('client retire reports - --file FILE');
  expect(stored()[0]?.secrets).toEqual([{ hash: STRONG, label: 'new' }]);
});

test('client end-tokens refuses the tokens from before, and no others', async () => {
  write(reports());
  await ok('client end-tokens reports --file FILE');
  expect(stored()).toEqual([reports({ tokensValidAfter: new Date(NOW).toISOString() })]);
  const app = testApp({ verifier: bcryptVerifier(fileStore(file)), clock: () => NOW + 1000 });
  expect((await callGuarded(app, mint({ iat: NOW / 1000 - 1, exp: NOW / 1000 + 60 }))).status).toBe(401);
  expect((await callGuarded(app, mint({ iat: NOW / 1000, exp: NOW / 1000 + 60 }))).status).toBe(200);
});

test('a client that is removed and added again does not get its old tokens back', async () => {
  write(reports());
  await ok('client remove reports --file FILE');
  await ok('client add reports --file FILE --cost 4');
  const app = testApp({ verifier: bcryptVerifier(fileStore(file)), clock: () => NOW + 1000 });
  expect((await callGuarded(app, mint({ iat: NOW / 1000 - 1, exp: NOW / 1000 + 60 }))).status).toBe(401);
});

test('client retire brings no secret back that has expired, and makes none last longer', async () => {
  const expired = { hash: HASH, label: 'old', expiresAt: '2026-11-01T00:00:00.000Z' };
  write(reports({ secrets: [{ hash: STRONG, label: 'new' }, expired] }));
  await ok('client retire reports old --file FILE --at 30d');
  expect(stored()[0]?.secrets[1]).toEqual(expired);
});

test('two rotations at once have two labels', async () => {
  write(reports({ secrets: [] }));
  await Promise.all([1, 2].map(() => ok('client rotate reports --file FILE --cost 4')));
  expect(
    stored()[0]
      ?.secrets.map(({ label }) => label)
      .sort(),
  ).toEqual(['2026-11-24', '2026-11-24-2']);
});

test('client retire does not choose between two secrets of one label', async () => {
  const twins = [
    { hash: HASH, label: 'a' },
    { hash: STRONG, label: 'a' },
    { hash: STRONG, label: 'b' },
  ];
  write(reports({ secrets: twins }));
  expect((await cli('client retire reports a --file FILE')).stderr).toContain('reports has several secrets with the label a');
  expect(stored()[0]?.secrets).toEqual(twins);
});

test('every command says for machines what it did', async () => {
  write({ clientId: 'bare', secrets: [{ hash: HASH }, { hash: STRONG, label: 'b' }], tokensValidAfter: '2026-01-01' });
  expect(await json('client show bare --file FILE')).toMatchObject({ scopes: [], tokensValidAfter: '2026-01-01' });
  expect(await ok('client show bare --file FILE')).toMatch(/^- +4 +live +never$/m);
  expect(await json('client retire bare b --file FILE --at 1d')).toMatchObject({ retiredAt: '2026-11-25T12:00:00.000Z' });
  expect(await json('client retire bare b --file FILE')).toEqual({ clientId: 'bare', label: 'b', retiredAt: null });
  expect(await json('client disable bare --file FILE')).toEqual({ clientId: 'bare', disabled: true });
  expect(await json('client end-tokens bare --file FILE')).toMatchObject({ tokensValidAfter: '2026-11-24T12:00:00.000Z' });
  expect(await json('client remove bare --file FILE')).toEqual({ clientId: 'bare', removed: true });
});

test('a label cannot steer the terminal', async () => {
  write(reports({ secrets: [{ hash: HASH, label: '\u001b[2J\u009b31m\u202e' }] }));
  expect(await ok('client show reports --file FILE')).toContain('\\u001b[2J\\u009b31m\\u202e');
});
