import { checkClient, checkStanding, frozenClient } from '../../lib/clients/client';

const checked = checkClient({ clientId: 'reports', scopes: ['a'], tokensValidAfter: '2026-01-01' }, 'client');

describe('a frozen client', () => {
  test('is known without being looked at again', () => {
    const client = frozenClient(checked);
    expect(checkClient(client, 'client')).toEqual(checked);
    expect(checkStanding(client, 'client', 'reports')).toMatchObject({ disabled: false, tokensValidAfterMs: Date.UTC(2026, 0) });
  });

  test('is no answer for another id', () => {
    expect(() => checkStanding(frozenClient(checked), 'client', 'billing')).toThrow(
      'client.clientId is not the id that was asked for.',
    );
  });

  test('is not taken for its copy, in which a verifier around another may have changed something', () => {
    const copy = { ...frozenClient(checked), disabled: true, scopes: ['b'] };
    expect(checkClient(copy, 'client')).toMatchObject({ disabled: true, scopes: ['b'] });
    expect(checkStanding(copy, 'client', 'reports').disabled).toBe(true);
    expect(() => checkClient({ ...copy, scopes: 'b' }, 'client')).toThrow(TypeError);
  });
});
