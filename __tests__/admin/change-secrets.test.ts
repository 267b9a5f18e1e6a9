import type { ClientRecord } from 'express-client-jwt';

import { HASH, reports } from '../support/clients';
import { secret, setUp } from '../support/admin';

test('a rotation keeps the working secrets and drops the expired ones', async () => {
  const old = [secret('expired', '2026-01-01'), secret('soon', '2026-11-30'), secret('endless')];
  const { admin, stored } = setUp(reports({ secrets: old }));
  await admin.rotate('reports', { cost: 4, retireOthersAt: new Date('2026-12-01T00:00:00Z') });
  expect(stored()?.secrets.map((each) => [each.label, each.expiresAt])).toEqual([
    ['2026-11-24', undefined],
    ['soon', '2026-11-30T00:00:00.000Z'],
    ['endless', '2026-12-01T00:00:00.000Z'],
  ]);
});

test('the label is the date, with a number appended from the second secret of a day on', async () => {
  const { admin } = setUp(reports());
  const labels = [];
  for (let turn = 0; turn < 3; turn += 1)
    labels.push((await admin.rotate('reports', { cost: 4 })).label);
  expect(labels).toEqual(['2026-11-24', '2026-11-24-2', '2026-11-24-3']);
});

test('retires a secret without a label by the name "-"', async () => {
  const { admin, stored } = setUp(reports({ secrets: [{ hash: HASH }, secret('b')] }));
  await admin.retire('reports', '-');
  expect(stored()?.secrets.map(({ label }) => label)).toEqual(['b']);
});

test.each<[string, string, ClientRecord['secrets']]>([
  [
    'reports has no secret with the label "x". Its labels are: -, b',
    'x',
    [{ hash: HASH }, secret('b')],
  ],
  [
    'reports has 2 secrets with the label "b". Give each its own label in the store.',
    'b',
    [secret('b'), secret('b')],
  ],
  [
    'Cannot retire "b": reports would have no working secret. Rotate first, or disable or remove the client.',
    'b',
    [secret('b')],
  ],
])('rejects with the message: %s', async (message, label, secrets) => {
  const { admin } = setUp(reports({ secrets }));
  await expect(admin.retire('reports', label)).rejects.toThrow(new Error(message));
});

test('names the client or the label in the error', async () => {
  const { admin } = setUp(reports({ secrets: [secret('a')] }));
  await expect(admin.show('nobody')).rejects.toThrow('The client nobody does not exist.');
  await expect(admin.add('reports', { cost: 4 })).rejects.toThrow(
    'The client reports already exists. To give it another secret, rotate it.',
  );
  await expect(admin.rotate('reports', { cost: 4, label: 'a' })).rejects.toThrow(
    'The label "a" is already in use. Choose another one.',
  );
  await expect(admin.add('a b')).rejects.toThrow(
    'The client id must be 1 to 256 visible ASCII characters; it has a space.',
  );
});
