import { HASH, reports } from '../support/clients';
import { NOW, secret, setUp } from '../support/admin';

test('a secret has expired from the millisecond of its expiresAt on', async () => {
  const expiresAt = new Date(NOW).toISOString();
  const { admin } = setUp(reports({ secrets: [secret('a', expiresAt), secret('b')] }));
  const { secrets } = await admin.show('reports');
  expect(secrets.map(({ isLive }) => isLive)).toEqual([false, true]);
});

test('a description omits fields that the record does not have', async () => {
  const { admin } = setUp({ clientId: 'reports', secrets: [{ hash: HASH }] });
  expect(await admin.show('reports')).toEqual({
    clientId: 'reports',
    scopes: [],
    disabled: false,
    secrets: [{ label: null, cost: 4, expiresAt: null, isLive: true, lastUsedAt: null }],
  });
});
