import type { RevocationStore } from 'express-client-jwt';

/**
 * What every store of revoked tokens does.
 *
 * @param open gives an empty store, and another one upon the same data.
 */
export function describeRevocationStore(
  open: () => Promise<{ store: RevocationStore; other: RevocationStore }>,
): void {
  const inAnHour = () => new Date(Date.now() + 3_600_000);

  test('knows what was revoked, at once and everywhere, and nothing else', async () => {
    const { store, other } = await open();
    expect(await store.isRevoked('a')).toBe(false);
    await store.revoke('a', inAnHour());
    expect([await store.isRevoked('a'), await other.isRevoked('a')]).toEqual([true, true]);
    expect([
      await store.isRevoked('A'),
      await store.isRevoked('a '),
      await store.isRevoked(''),
    ]).toEqual([false, false, false]);
  });

  test('can be told twice', async () => {
    const { store } = await open();
    await store.revoke('a', inAnHour());
    await store.revoke('a', inAnHour());
    expect(await store.isRevoked('a')).toBe(true);
  });

  test.each(['__proto__', 'constructor', '*', 'a\r\nFLUSHALL\r\n', '🚀', 'x'.repeat(1000)])(
    'takes %j as a name',
    async (jti) => {
      const { store } = await open();
      expect(await store.isRevoked(jti)).toBe(false);
      await store.revoke(jti, inAnHour());
      expect(await store.isRevoked(jti)).toBe(true);
      expect(await store.isRevoked('other')).toBe(false);
    },
  );
}
