import type { ClientRecord } from 'express-client-jwt';

import { getToken, testApp } from '../../support/app';
import { HASH, hashOf, OTHER_HASH, reports, SECRET } from '../../support/clients';
import { ask, verifierOf } from '../../support/verifiers';

/** A verifier whose client changes after its record was read and before its secret is hashed. */
function changing(before: ClientRecord, after: ClientRecord | undefined) {
  const records = [before, after];
  const find = jest.fn(() => (records.length > 1 ? records.shift() : records[0]));
  return { find, verifier: verifierOf({ find }) };
}

test.each<[string, ClientRecord | undefined, string]>([
  ['was retired', reports({ secrets: [{ hash: OTHER_HASH }] }), 'wrong_secret'],
  [
    'has expired',
    reports({ secrets: [{ hash: HASH, expiresAt: '2020-01-01' }] }),
    'expired_secret',
  ],
  ['belongs to a client that was disabled', reports({ disabled: true }), 'disabled_client'],
  ['belongs to a client that was removed', undefined, 'unknown_client'],
])(
  'issues no token for a secret that %s while it waited for its hash',
  async (_title, after, reason) => {
    const { verifier } = changing(reports(), after);
    const { clientId, details } = await ask(verifier);
    expect([clientId, details.at(-1)?.reason]).toEqual([undefined, reason]);
  },
);

test('the token has the scopes that the client has after its secret was hashed', async () => {
  const { verifier } = changing(reports(), reports({ scopes: ['reports:read'] }));
  const res = await getToken(testApp({ verifier }));
  const [, claims = ''] = String(res.headers.authorization).split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    scope: 'reports:read',
  });
});

test('a client is not looked up again if nothing was hashed', async () => {
  const { find, verifier } = changing(reports(), reports());
  await ask(verifier);
  find.mockClear();
  expect((await ask(verifier)).clientId).toBe('reports');
  expect(find).toHaveBeenCalledTimes(1);
});

test('a client is not looked up again after a rejection', async () => {
  const { find, verifier } = changing(reports(), reports());
  await ask(verifier, 'a-wrong-secret');
  expect(find).toHaveBeenCalledTimes(1);
});

test('a failure of the second lookup is an outage', async () => {
  let calls = 0;
  const verifier = verifierOf({
    find: () => {
      calls += 1;
      if (calls > 1) throw new Error('down');
      return reports({ secrets: [{ hash: hashOf(SECRET) }] });
    },
  });
  await expect(ask(verifier)).rejects.toThrow('down');
});
