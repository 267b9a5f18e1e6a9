import path from 'node:path';

import { bcryptVerifier } from 'express-client-jwt';
import { fileStore } from 'express-client-jwt/stores/file';

import { getToken, testApp } from '../support/app';
import { cli, file, json, ok, stored, STRONG, write } from '../support/cli';
import { HASH, reports } from '../support/clients';

describe('client rotate and retire', () => {
  test('rotate adds a secret in front, keeps the others, and drops the expired ones', async () => {
    write(
      reports({
        secrets: [
          { hash: STRONG, label: 'old' },
          { hash: HASH, label: 'older', expiresAt: '2026-01-01' },
        ],
      }),
    );
    const { clientSecret } = (await json('client rotate reports --file FILE --cost 4')) as {
      clientSecret: string;
    };
    expect(stored()[0]?.secrets.map(({ label, expiresAt }) => ({ label, expiresAt }))).toEqual([
      { label: '2026-11-24' },
      { label: 'old' },
    ]);
    const app = testApp({ verifier: bcryptVerifier(fileStore(file)) });
    expect((await getToken(app, 'reports', clientSecret)).status).toBe(200);
    expect((await getToken(app, 'reports', 'a-secret-of-the-tests')).status).toBe(200);
  });

  test('rotate gives each secret of a day its own label', async () => {
    write(reports({ secrets: [] }));
    for (let index = 0; index < 3; index += 1)
      await ok('client rotate reports --file FILE --cost 4');
    expect(stored()[0]?.secrets.map(({ label }) => label)).toEqual([
      '2026-11-24-3',
      '2026-11-24-2',
      '2026-11-24',
    ]);
    expect(
      (await cli('client rotate reports --file FILE --cost 4 --label 2026-11-24')).exitCode,
    ).toBe(1);
  });

  test.each([
    ['7d', '2026-12-01T12:00:00.000Z'],
    ['36h', '2026-11-26T00:00:00.000Z'],
    ['90m', '2026-11-24T13:30:00.000Z'],
    ['5400s', '2026-11-24T13:30:00.000Z'],
    ['2026-12-24T00:00:00Z', '2026-12-24T00:00:00.000Z'],
  ])(
    'rotate --retire-others %s lets the others expire then, and no later than before',
    async (when, expiresAt) => {
      write(
        reports({
          secrets: [
            { hash: HASH, label: 'old' },
            { hash: STRONG, label: 'short', expiresAt: '2026-11-24T12:30:00.000Z' },
          ],
        }),
      );
      await ok(`client rotate reports --file FILE --cost 4 --retire-others ${when}`);
      expect(stored()[0]?.secrets.map((secret) => secret.expiresAt)).toEqual([
        undefined,
        expiresAt,
        '2026-11-24T12:30:00.000Z',
      ]);
    },
  );

  test('retire removes a secret at once, or lets it expire at a given time', async () => {
    const secrets = ['a', 'b', 'c'].map((label) => ({ hash: HASH, label }));
    write(reports({ secrets }));
    await ok('client retire reports a --file FILE');
    await ok('client retire reports b --file FILE --at 1d');
    expect(stored()[0]?.secrets).toEqual([
      { hash: HASH, label: 'b', expiresAt: '2026-11-25T12:00:00.000Z' },
      secrets[2],
    ]);
  });

  test('retire says if all remaining secrets expire', async () => {
    const secrets = [
      { hash: HASH, label: 'a' },
      { hash: HASH, label: 'b', expiresAt: '2026-12-24' },
      { hash: HASH, label: 'c', expiresAt: '2026-12-01' },
      { hash: HASH, label: 'd' },
    ];
    write(reports({ secrets }));
    const first = await cli('client retire reports d --file FILE');
    expect(first.stdout).toBe('The secret d of reports is retired.\n');
    expect(first.stderr).not.toContain('expire, the last');
    const second = await cli('client retire reports a --file FILE');
    expect(second.stderr).toContain(
      'All remaining secrets expire, the last one at 2026-12-24T00:00:00.000Z. Rotate before that.',
    );
  });

  test('retire says that existing tokens stay valid, and how to end them', async () => {
    write(reports({ secrets: ['a', 'b'].map((label) => ({ hash: HASH, label })) }));
    const { stderr } = await cli('client retire reports a --file FILE');
    const [, file = ''] = /--file (.*)$/m.exec(stderr) ?? [];
    expect(path.basename(file)).toBe('clients.json');
    expect(stderr.split('\n')).toEqual([
      'Running apps follow within a second.',
      `Tokens already issued to reports stay valid until they expire. To refuse them all, run: npx express-client-jwt client end-tokens reports --file ${file}`,
      '',
    ]);
    expect(stored()[0]?.tokensValidAfter).toBeUndefined();
  });

  test('retire --end-tokens invalidates existing tokens too', async () => {
    write(reports({ secrets: ['a', 'b'].map((label) => ({ hash: HASH, label })) }));
    const { stderr } = await cli('client retire reports a --file FILE --end-tokens');
    expect(stderr).toContain('Every token issued to reports so far is refused too.');
    expect(stored()[0]?.tokensValidAfter).toBe('2026-11-24T12:00:00.000Z');
  });

  test('retire --force retires the last secret too', async () => {
    write(reports({ secrets: [{ hash: HASH, label: 'a' }] }));
    await ok('client retire reports a --file FILE --force');
    expect(stored()[0]?.secrets).toEqual([]);
  });

  test('rotate --retire-others now lets only the new secret work', async () => {
    write(reports({ secrets: [{ hash: HASH, label: 'a' }] }));
    await ok('client rotate reports --file FILE --cost 4 --retire-others now');
    const client = (await json('client show reports --file FILE')) as {
      secrets: { isLive: boolean }[];
    };
    expect(client.secrets.map(({ isLive }) => isLive)).toEqual([true, false]);
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
        'express-client-jwt: Cannot retire "a": reports would have no working secret. Rotate first, or disable or remove the client.\n',
      exitCode: 1,
    });
    expect(stored()[0]?.secrets).toEqual(secrets);
  });

  test('retire rejects an unknown label', async () => {
    write(reports());
    expect((await cli('client retire reports x --file FILE')).stderr).toBe(
      'express-client-jwt: reports has no secret with the label "x". Its labels are: -\n',
    );
  });
});

test('retire accepts the printed name "-" for a secret without a label', async () => {
  write(reports({ secrets: [{ hash: HASH }, { hash: STRONG, label: 'new' }] }));
  await ok('client retire reports - --file FILE');
  expect(stored()[0]?.secrets).toEqual([{ hash: STRONG, label: 'new' }]);
});

test('retire does not restore an expired secret, and extends no expiry', async () => {
  const expired = { hash: HASH, label: 'old', expiresAt: '2026-11-01T00:00:00.000Z' };
  write(reports({ secrets: [{ hash: STRONG, label: 'new' }, expired] }));
  await ok('client retire reports old --file FILE --at 30d');
  expect(stored()[0]?.secrets[1]).toEqual(expired);
});

test('two concurrent rotations get two labels', async () => {
  write(reports({ secrets: [] }));
  await Promise.all([1, 2].map(() => ok('client rotate reports --file FILE --cost 4')));
  expect(
    stored()[0]
      ?.secrets.map(({ label }) => label)
      .sort(),
  ).toEqual(['2026-11-24', '2026-11-24-2']);
});

test('retire rejects a label that two secrets share', async () => {
  const twins = [
    { hash: HASH, label: 'a' },
    { hash: STRONG, label: 'a' },
    { hash: STRONG, label: 'b' },
  ];
  write(reports({ secrets: twins }));
  expect((await cli('client retire reports a --file FILE')).stderr).toContain(
    'reports has 2 secrets with the label "a"',
  );
  expect(stored()[0]?.secrets).toEqual(twins);
});
