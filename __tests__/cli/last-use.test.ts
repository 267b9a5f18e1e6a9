import path from 'node:path';

import { writeFileSync } from 'node:fs';

import { HASH, reports } from '../support/clients';
import { cli, folder, json, NOW, ok, STRONG, write } from '../support/cli';

const DAY = 86_400_000;
const at = (days: number) => new Date(NOW - days * DAY).toISOString();

/** Writes the file of uses. */
function noteUses(...uses: (readonly [string, string | null, number])[]): void {
  const rows = uses.map(([clientId, label, days]) => ({ clientId, label, at: at(days) }));
  writeFileSync(path.join(folder, 'clients.uses.json'), JSON.stringify({ uses: rows }));
}

test('client show and client list show when a secret was last used', async () => {
  write(reports({ secrets: [{ hash: HASH, label: 'a' }] }));
  noteUses(['reports', 'a', 2]);
  expect(await ok('client show reports --file FILE')).toMatch(
    /^a +4 +live +never +2026-11-22 12h UTC$/m,
  );
  expect(await ok('client list --file FILE')).toMatch(
    /^reports +active +1 of 1 +2026-11-22 12h UTC/m,
  );
});

test('client list --unused-for lists the clients that nobody has used for so long', async () => {
  const secrets = [{ hash: HASH, label: 'a' }];
  write(...['busy', 'idle', 'silent'].map((clientId) => reports({ clientId, secrets })));
  noteUses(['busy', 'a', 1], ['idle', 'a', 31]);
  const listed = (await json('client list --file FILE --unused-for 30d')) as { clientId: string }[];
  expect(listed.map(({ clientId }) => clientId)).toEqual(['idle', 'silent']);
  expect((await cli('client list --file FILE --unused-for soon')).stderr).toContain(
    '--unused-for must be a length of time: 30m, 24h, 30d.',
  );
});

test('client list --unused-for fails if the uses cannot be read', async () => {
  write(reports());
  writeFileSync(path.join(folder, 'clients.uses.json'), 'no JSON');
  const { exitCode, stderr } = await cli('client list --file FILE --unused-for 30d');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('--unused-for: the last uses')]);
  expect(await ok('client list --file FILE')).toContain('not known');
});

test('client rotate --retire-others-when-unused retires what nobody uses, and says so', async () => {
  const secrets = ['fresh', 'stale'].map((label) => ({ hash: HASH, label }));
  write(reports({ secrets }));
  noteUses(['reports', 'fresh', 1], ['reports', 'stale', 30]);
  const line = 'client rotate reports --file FILE --cost 4 --retire-others-when-unused';
  expect(await ok(`${line} 14d`)).toContain('Retired because nobody used it: stale.');
  expect(await ok(`${line} 14d --label next`)).toContain('No other secret was unused for so long.');
  expect(await ok('client show reports --file FILE')).not.toContain('stale');
});

test('doctor names the working secrets that nobody uses while another one is in use', async () => {
  const secrets = ['used', 'old', 'silent'].map((label) => ({ hash: STRONG, label }));
  write(reports({ secrets: secrets.slice(0, 2) }), reports({ clientId: 'b', secrets }));
  noteUses(['reports', 'used', 1], ['reports', 'old', 40], ['b', 'used', 1], ['b', 'old', 2]);
  const { stdout } = await cli('doctor --file FILE');
  expect(stdout).toContain(
    'secret old was last used on 2026-10-15, while another one is in use. Retire it.',
  );
  expect(stdout).toContain(
    'secret silent has no noted use, while another one is in use. Hand it over, or retire it.',
  );
  expect(stdout.match(/another one is in use/g)).toHaveLength(2);
});
