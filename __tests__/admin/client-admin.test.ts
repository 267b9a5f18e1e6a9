import bcrypt from 'bcryptjs';
import { clientAdmin, ClientAdminError, type ClientAdmin } from 'express-client-jwt/admin';
import { memoryStore } from 'express-client-jwt/stores/memory';

import { HASH, OTHER_HASH, reports } from '../support/clients';
import { NOW, secret, setUp } from '../support/admin';

describe('clientAdmin.add', () => {
  test('stores the hash of a secret of 256 bits, and returns the secret once', async () => {
    const { admin, stored } = setUp();
    const { client, clientSecret, label } = await admin.add('reports', {
      scopes: ['a'],
      expiresInSeconds: 60,
      claims: { tenant: 7 },
      cost: 4,
    });
    expect(Buffer.from(clientSecret, 'base64url')).toHaveLength(32);
    expect(label).toBe('2026-11-24');
    expect(client).toEqual({
      clientId: 'reports',
      scopes: ['a'],
      disabled: false,
      tokensValidAfter: '2026-11-24T12:00:00.000Z',
      expiresInSeconds: 60,
      claims: { tenant: 7 },
      secrets: [{ label, cost: 4, expiresAt: null, isLive: true, lastUsedAt: null }],
    });
    const hash = stored()?.secrets[0]?.hash ?? '';
    expect(bcrypt.compareSync(clientSecret, hash)).toBe(true);
    expect(JSON.stringify([client, stored()])).not.toContain(clientSecret);
  });

  test('rejects an id that exists, and changes nothing', async () => {
    const { admin, stored } = setUp(reports());
    const error = await admin.add('reports', { cost: 4 }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ClientAdminError);
    expect(error).toMatchObject({ code: 'ERR_CLIENT_EXISTS', name: 'ClientAdminError' });
    expect(stored()).toEqual(reports());
  });

  test.each<[string, string, object]>([
    ['an id with a space', 'a b', {}],
    ['a malformed scope', 'a', { scopes: ['a b'] }],
    ['an empty label', 'a', { label: ' ' }],
    ['a cost out of bounds', 'a', { cost: 3 }],
    ['a lifetime of 0', 'a', { expiresInSeconds: 0 }],
    ['an option that does not exist', 'a', { scope: 'a' }],
  ])('rejects %s with a TypeError', async (_title, clientId, options) => {
    const { admin, stored } = setUp();
    await expect(admin.add(clientId, { cost: 4, ...options })).rejects.toThrow(TypeError);
    expect(stored('a')).toBeUndefined();
  });

  test('undoing an added client removes it, and does not undo a later change', async () => {
    const { admin, store, stored } = setUp();
    const { takeBack } = await admin.add('reports', { cost: 4 });
    await takeBack();
    expect(stored()).toBeUndefined();
    await store.update('reports', () => reports());
    await takeBack();
    expect(stored()).toEqual(reports());
  });
});

describe('clientAdmin.list, show and set', () => {
  test('list describes a page of clients, without hashes', async () => {
    const { admin } = setUp(reports({ clientId: 'b' }), reports({ clientId: 'a' }));
    const page = await admin.list({ limit: 1 });
    expect(page.map(({ clientId }) => clientId)).toEqual(['a']);
    expect(JSON.stringify(await admin.list())).not.toContain('$2');
  });

  test('show describes one client, with its dates in ISO 8601 regardless of how the store keeps them', async () => {
    const { admin } = setUp(
      reports({
        tokensValidAfter: '2026-01-01',
        secrets: [{ hash: HASH, expiresAt: '2026-01-01' }],
      }),
    );
    expect(await admin.show('reports')).toMatchObject({
      tokensValidAfter: '2026-01-01T00:00:00.000Z',
      secrets: [{ label: null, expiresAt: '2026-01-01T00:00:00.000Z', isLive: false }],
    });
  });

  test.each<[keyof ClientAdmin, (admin: ClientAdmin) => Promise<unknown>]>([
    ['show', (admin) => admin.show('nobody')],
    ['set', (admin) => admin.set('nobody', { scopes: [] })],
    ['rotate', (admin) => admin.rotate('nobody', { cost: 4 })],
    ['retire', (admin) => admin.retire('nobody', 'a')],
    ['disable', (admin) => admin.disable('nobody')],
    ['enable', (admin) => admin.enable('nobody')],
    ['endTokens', (admin) => admin.endTokens('nobody')],
    ['remove', (admin) => admin.remove('nobody')],
  ])('%s rejects if there is no such client', async (_name, act) => {
    await expect(act(setUp().admin)).rejects.toMatchObject({ code: 'ERR_CLIENT_NOT_FOUND' });
  });
});

test('set changes the given fields, removes those that are null, and leaves the others', async () => {
  const { admin, stored } = setUp(reports({ expiresInSeconds: 60, claims: { tenant: 7 } }));
  await admin.set('reports', { scopes: ['a'], expiresInSeconds: null });
  expect(stored()).toEqual(
    reports({ scopes: ['a'], expiresInSeconds: null, claims: { tenant: 7 } }),
  );
});

test.each([{}, { scope: 'a' }, { scopes: undefined }])(
  'set rejects %j with a TypeError, and changes nothing',
  async (fields) => {
    const { admin, stored } = setUp(reports());
    await expect(admin.set('reports', fields)).rejects.toThrow(TypeError);
    expect(stored()).toEqual(reports());
  },
);

test.each<[string, (admin: ClientAdmin) => Promise<unknown>]>([
  ['rotate', (admin) => admin.rotate('reports', { retireAt: new Date(NOW) } as never)],
  ['retire', (admin) => admin.retire('reports', 'old', { ends: true } as never)],
  ['retire', (admin) => admin.retire('reports', 'old', { force: 'yes' } as never)],
  ['retire', (admin) => admin.retire('reports', 'old', { at: '2026-12-01' } as never)],
])('%s rejects an invalid option with a TypeError, and changes nothing', async (_name, act) => {
  const before = reports({ secrets: [secret('old'), secret('new')] });
  const { admin, stored } = setUp(before);
  await expect(act(admin)).rejects.toThrow(TypeError);
  expect(stored()).toEqual(before);
});

describe('clientAdmin.rotate', () => {
  test('adds a secret in front, and lets the others expire if retireAt is set', async () => {
    const { admin, stored } = setUp(reports({ secrets: [secret('old')] }));
    const retireOthersAt = new Date('2026-12-01T00:00:00Z');
    const { label } = await admin.rotate('reports', { cost: 4, label: 'new', retireOthersAt });
    expect(label).toBe('new');
    expect(stored()?.secrets.map((each) => [each.label, each.expiresAt])).toEqual([
      ['new', undefined],
      ['old', '2026-12-01T00:00:00.000Z'],
    ]);
  });

  test('rejects a label that is taken', async () => {
    const { admin } = setUp(reports({ secrets: [secret('old')] }));
    await expect(admin.rotate('reports', { cost: 4, label: 'old' })).rejects.toMatchObject({
      code: 'ERR_LABEL_TAKEN',
    });
  });

  test('rejects an invalid date with a TypeError', async () => {
    const { admin } = setUp(reports());
    const rotation = { cost: 4, retireOthersAt: new Date('never') };
    await expect(admin.rotate('reports', rotation)).rejects.toThrow(TypeError);
  });

  test('undoing a rotation leaves the other secrets as they were', async () => {
    const before = reports({ secrets: [secret('old')] });
    const { admin, stored } = setUp(before);
    const { takeBack } = await admin.rotate('reports', { cost: 4, retireOthersAt: new Date(NOW) });
    await takeBack();
    expect(stored()).toEqual(before);
  });
});

test('undoing a rotation does not restore a secret that was retired since', async () => {
  const { admin, stored } = setUp(reports({ secrets: [secret('leaked'), secret('good')] }));
  const { takeBack } = await admin.rotate('reports', { cost: 4, label: 'new' });
  await admin.retire('reports', 'leaked');
  await takeBack();
  expect(stored()?.secrets.map(({ label }) => label)).toEqual(['good']);
});

test('undoing an added client keeps a secret that was added since', async () => {
  const { admin, stored } = setUp();
  const { takeBack } = await admin.add('reports', { cost: 4, label: 'first' });
  await admin.rotate('reports', { cost: 4, label: 'second' });
  await takeBack();
  expect(stored()?.secrets.map(({ label }) => label)).toEqual(['second']);
});

test('set with null removes all scopes, also from existing tokens', async () => {
  const { admin, stored } = setUp(reports());
  await admin.set('reports', { scopes: null });
  expect(stored()?.scopes).toEqual([]);
});

describe('clientAdmin.retire', () => {
  test('removes a secret at once, and leaves tokens valid', async () => {
    const { admin, stored } = setUp(reports({ secrets: [secret('a'), secret('b')] }));
    const client = await admin.retire('reports', 'a');
    expect(client.secrets.map(({ label }) => label)).toEqual(['b']);
    expect(stored()?.tokensValidAfter).toBeUndefined();
  });

  test('lets a secret expire at a given date', async () => {
    const { admin } = setUp(reports({ secrets: [secret('a'), secret('b')] }));
    const at = new Date('2026-12-01T00:00:00Z');
    const { secrets } = await admin.retire('reports', 'a', { at });
    expect(secrets[0]).toMatchObject({ label: 'a', expiresAt: '2026-12-01T00:00:00.000Z' });
  });

  test('invalidates existing tokens too if endTokens is set', async () => {
    const { admin } = setUp(reports({ secrets: [secret('a'), secret('b')] }));
    const { tokensValidAfter } = await admin.retire('reports', 'a', { endTokens: true });
    expect(tokensValidAfter).toBe('2026-11-24T12:00:00.000Z');
  });

  test('keeps the last working secret unless force is set', async () => {
    const { admin, stored } = setUp(reports({ secrets: [secret('a'), secret('b', '2026-01-01')] }));
    const last = { code: 'ERR_LAST_SECRET' };
    await expect(admin.retire('reports', 'a')).rejects.toMatchObject(last);
    expect(stored()?.secrets).toHaveLength(2);
    await admin.retire('reports', 'a', { force: true });
    expect(stored()?.secrets).toHaveLength(1);
  });

  test.each([
    ['x', 'ERR_LABEL_NOT_FOUND'],
    ['twin', 'ERR_LABEL_AMBIGUOUS'],
  ])('rejects the label %s with %s', async (label, code) => {
    const twins = [secret('twin'), { ...secret('twin'), hash: OTHER_HASH }];
    const { admin } = setUp(reports({ secrets: twins }));
    await expect(admin.retire('reports', label)).rejects.toMatchObject({ code });
  });
});

test('disable, enable, endTokens and remove change one thing each', async () => {
  const { admin, stored } = setUp(reports());
  expect(await admin.disable('reports')).toMatchObject({ disabled: true });
  expect(await admin.enable('reports')).toMatchObject({ disabled: false });
  expect(await admin.endTokens('reports')).toMatchObject({
    tokensValidAfter: '2026-11-24T12:00:00.000Z',
  });
  await admin.remove('reports');
  expect(stored()).toBeUndefined();
});

test.each([undefined, {}, { find: () => undefined }])('rejects %p as a store', (store) => {
  expect(() => clientAdmin(store as never)).toThrow(
    /^clientAdmin: store must be a store with find, list and update; it is/,
  );
});

test('rejects an unknown option', () => {
  expect(() => clientAdmin(memoryStore(), { now: 1 } as never)).toThrow(
    'clientAdmin: there is no option "now". The options are: clock.',
  );
});
