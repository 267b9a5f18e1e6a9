import { clientAdmin } from 'express-client-jwt/admin';
import { memoryStore } from 'express-client-jwt/stores/memory';

import { reports } from '../support/clients';
import { setUp } from '../support/admin';

test('add, rotate and retire need no options', async () => {
  const { admin, stored } = setUp();
  await admin.add('reports');
  const { label } = await admin.rotate('reports');
  await admin.retire('reports', '2026-11-24');
  expect(stored()?.secrets.map((each) => each.label)).toEqual([label]);
  expect(typeof clientAdmin(memoryStore()).add).toBe('function');
});

test('undoing a rotation does nothing if the client has been removed', async () => {
  const { admin, store, stored } = setUp(reports());
  const { takeBack } = await admin.rotate('reports', { cost: 4 });
  await store.update('reports', () => undefined);
  await takeBack();
  expect(stored()).toBeUndefined();
});

test.each(['7d', '2026-12-01', 7])('rejects the date %p, which is not a Date', async (at) => {
  const { admin } = setUp(reports());
  await expect(admin.rotate('reports', { cost: 4, retireOthersAt: at as never })).rejects.toThrow(
    /^rotate: retireOthersAt must be a valid Date; it is /,
  );
});
