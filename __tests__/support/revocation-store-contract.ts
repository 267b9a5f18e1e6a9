import type { RevocationStore } from 'express-client-jwt';

/**
 * The tests for every revocation store.
 *
 * @param open creates an empty store, and a second store with the same data.
 */
export function describeRevocationStore(
  open: () => Promise<{ store: RevocationStore; other: RevocationStore }>,
): void {
  const inAnHour = () => new Date(Date.now() + 3_600_000);

  test('finds a revoked token at once in both stores, and no other token', async () => {
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

  test('accepts a second revocation of one token', async () => {
    const { store } = await open();
    await store.revoke('a', inAnHour());
    await store.revoke('a', inAnHour());
    expect(await store.isRevoked('a')).toBe(true);
  });

  test.each(['__proto__', 'constructor', '*', 'a\r\nFLUSHALL\r\n', '🚀', 'x'.repeat(1000)])(
    'accepts the jti %j',
    async (jti) => {
      const { store } = await open();
      expect(await store.isRevoked(jti)).toBe(false);
      await store.revoke(jti, inAnHour());
      expect(await store.isRevoked(jti)).toBe(true);
      expect(await store.isRevoked('other')).toBe(false);
    },
  );
}
