import type { Client } from 'express-client-jwt';

import { ask, verifierOf } from '../../support/verifiers';
import { BcryptPool } from '../../../lib/clients/bcrypt/pool';
import { HASH, hashOf, OTHER_HASH, OTHER_SECRET, reports, SECRET } from '../../support/clients';

describe('bcryptVerifier.verify', () => {
  test('resolves with the client, without its hashes', async () => {
    const record = reports({ expiresInSeconds: 60, claims: { tenant: 7 } });
    const client = await verifierOf([record]).verify({ clientId: 'reports', clientSecret: SECRET });
    expect(client).toMatchObject({
      clientId: 'reports',
      scopes: ['reports:read', 'reports:write'],
      expiresInSeconds: 60,
      claims: { tenant: 7 },
    });
    expect(JSON.stringify(client)).not.toContain('$2');
  });

  test('reports the label of the secret that matched', async () => {
    const secrets = [
      { hash: HASH, label: 'old' },
      { hash: OTHER_HASH, label: 'new' },
    ];
    const verifier = verifierOf([reports({ secrets })]);
    expect((await ask(verifier, SECRET)).details).toEqual([{ secretLabel: 'old' }]);
    expect((await ask(verifier, OTHER_SECRET)).details).toEqual([{ secretLabel: 'new' }]);
    expect((await ask(verifier, OTHER_SECRET)).details).toEqual([{ secretLabel: 'new' }]);
  });

  test.each([
    ['of 72 bytes is accepted', 's'.repeat(72), undefined],
    ['of 73 bytes is rejected, although bcrypt ignores its end', 's'.repeat(73), 'secret_too_long'],
    ['of 72 characters and 73 bytes is rejected', `${'s'.repeat(71)}é`, 'secret_too_long'],
  ])('a secret %s', async (_title, secret, reason) => {
    const verifier = verifierOf([reports({ secrets: [{ hash: hashOf('s'.repeat(72)) }] })]);
    const { clientId, details } = await ask(verifier, secret);
    expect(clientId).toBe(reason === undefined ? 'reports' : undefined);
    expect(details[0]?.reason).toBe(reason);
  });

  test('prefers a working secret if an expired one has the same text', async () => {
    const secrets = [
      { hash: HASH, expiresAt: '2020-01-01', label: 'old' },
      { hash: hashOf(SECRET), label: 'new' },
    ];
    expect(await ask(verifierOf([reports({ secrets })]))).toEqual({
      clientId: 'reports',
      details: [{ secretLabel: 'new' }],
    });
  });

  test('rejects a secret from its expiry on, although it is cached as correct', async () => {
    let now = 999;
    const verifier = verifierOf(
      [reports({ secrets: [{ hash: HASH, expiresAt: new Date(1000), label: 'x' }] })],
      {
        clock: () => now,
      },
    );
    expect((await ask(verifier)).clientId).toBe('reports');
    now = 1000;
    expect(await ask(verifier)).toEqual({
      clientId: undefined,
      details: [{ reason: 'expired_secret', secretLabel: 'x' }],
    });
  });

  test('does not hash a secret that is cached as correct, even if the queue is full', async () => {
    const compare = jest.spyOn(BcryptPool.prototype, 'compare');
    const secrets = [{ hash: OTHER_HASH }, { hash: HASH }];
    const verifier = verifierOf([reports({ secrets })], { cacheSize: 1, maxQueue: 1 });
    await ask(verifier);
    for (let index = 0; index < 5; index++) await ask(verifier, `wrong-${String(index)}`);
    compare.mockClear();
    compare.mockRejectedValue(new Error('overloaded'));
    expect((await ask(verifier)).clientId).toBe('reports');
    expect(compare).not.toHaveBeenCalled();
  });

  test.each<[string, string, string]>([
    ['an unknown id', 'nobody', SECRET],
    ['a wrong secret', 'reports', 'wrong'],
    ['an expired secret', 'expired', SECRET],
    ['a disabled client with the right secret', 'disabled', SECRET],
    ['a disabled client with a wrong secret', 'disabled', 'wrong'],
    ['a secret over 72 bytes', 'reports', 'x'.repeat(73)],
    ['a client without secrets', 'bare', SECRET],
    ['a client with a cheap hash', 'cheap', 'wrong'],
  ])(
    'spends the same work on %s as on the most expensive client',
    async (_title, clientId, secret) => {
      const costs: number[] = [];
      jest.spyOn(BcryptPool.prototype, 'compare').mockImplementation(({ enough, all }) => {
        costs.push(...[...enough, ...all].map((hash) => Number(hash.slice(4, 6))));
        return Promise.resolve(secret === SECRET ? all.filter((hash) => hash === HASH) : []);
      });
      const verifier = verifierOf([
        reports({ secrets: [{ hash: HASH }, { hash: hashOf('other', 6) }] }),
        reports({ clientId: 'expired', secrets: [{ hash: HASH, expiresAt: '2020-01-01' }] }),
        reports({ clientId: 'disabled', disabled: true }),
        reports({ clientId: 'bare', secrets: [] }),
        reports({ clientId: 'cheap', secrets: [{ hash: OTHER_HASH }] }),
      ]);
      expect((await ask(verifier, secret, clientId)).clientId).toBeUndefined();
      expect(costs.reduce((sum, cost) => sum + 2 ** cost, 0)).toBe(2 ** 4 + 2 ** 6);
    },
  );

  test('a repeated wrong secret is rejected from the cache, for a client and for an unknown id', async () => {
    const compare = jest.spyOn(BcryptPool.prototype, 'compare');
    const verifier = verifierOf([reports()]);
    for (const clientId of ['reports', 'nobody', 'nobody-else']) {
      compare.mockClear();
      await ask(verifier, 'wrong', clientId);
      await ask(verifier, 'wrong', clientId);
      expect([clientId, compare.mock.calls.length]).toEqual([clientId, 1]);
    }
  });

  test('passes the signal on, so that work is dropped when no caller waits for it', async () => {
    const compare = jest.spyOn(BcryptPool.prototype, 'compare');
    const abort = new AbortController();
    const answer = verifierOf([reports()]).verify(
      { clientId: 'reports', clientSecret: SECRET },
      { signal: abort.signal },
    );
    await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    expect(compare.mock.calls[0]?.[1]?.()).toBe(false);
    await answer.catch(() => undefined);
  });
});

describe('bcryptVerifier.find', () => {
  test('returns without a promise for an array', () => {
    const verifier = verifierOf([
      reports({ tokensValidAfter: '2026-01-01T00:00:00Z' }),
      reports({ clientId: 'off', disabled: true }),
    ]);
    expect(verifier.find?.('reports')).toMatchObject({
      clientId: 'reports',
      tokensValidAfter: '2026-01-01T00:00:00.000Z',
    });
    expect([
      verifier.find?.('off'),
      verifier.find?.('nobody'),
      verifier.find?.('__proto__'),
    ]).toEqual([undefined, undefined, undefined]);
  });

  test('returns a deeply frozen client', () => {
    const record = reports({
      scopes: ['a'],
      tokensValidAfter: new Date(0),
      claims: { limits: { rates: [1] } },
    });
    const client = verifierOf([record]).find?.('reports') as Required<Client>;
    const { limits } = client.claims as unknown as { limits: { rates: number[] } };
    for (const part of [client, client.scopes, client.claims, limits, limits.rates])
      expect(Object.isFrozen(part)).toBe(true);
    expect(client.tokensValidAfter).toBe('1970-01-01T00:00:00.000Z');
  });

  test('returns like the store, with or without a promise', async () => {
    expect(verifierOf({ find: () => reports() }).find?.('reports')).toMatchObject({
      clientId: 'reports',
    });
    const later = verifierOf({ find: () => Promise.resolve(reports()) }).find?.('reports');
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toMatchObject({ clientId: 'reports' });
  });
});
