import { checkClient, checkStanding, frozenClient } from '../../lib/clients/check-client';

const checked = checkClient(
  { clientId: 'reports', scopes: ['a'], tokensValidAfter: '2026-01-01' },
  'client',
);

describe('a frozen client', () => {
  test('is what it was made of', () => {
    const client = frozenClient(checked);
    expect(checkClient(client, 'client')).toEqual(checked);
    expect(checkStanding(client, 'client', 'reports')).toMatchObject({
      disabled: false,
      tokensValidAfterMs: Date.UTC(2026, 0),
    });
  });

  test('is not what it was made of later', () => {
    const given = { clientId: 'reports', scopes: ['a'], claims: { roles: ['x'] } };
    const client = frozenClient(checkClient(given, 'client'));
    given.scopes.push('admin');
    given.claims.roles.push('admin');
    expect(checkClient(client, 'client')).toMatchObject({
      scopes: ['a'],
      claims: { roles: ['x'] },
    });
  });

  test.each([['text'], [7], [['a']], [null]])('has no claims that are %j as JSON', (json) => {
    const claims = { toJSON: () => json };
    expect(() => frozenClient(checkClient({ clientId: 'reports', claims }, 'client'))).toThrow(
      'client reports.claims must be an object, also as JSON',
    );
  });

  test('may be copied whatever the year', () => {
    const client = frozenClient(
      checkClient({ clientId: 'reports', tokensValidAfter: new Date(8.64e15) }, 'client'),
    );
    expect(checkStanding({ ...client }, 'client', 'reports').tokensValidAfterMs).toBe(8.64e15);
  });

  test('is no answer for another id', () => {
    expect(() => checkStanding(frozenClient(checked), 'client', 'billing')).toThrow(
      'client is not the client billing, which was looked up.',
    );
  });

  test('is not taken for its copy, in which a verifier around another may have changed something', () => {
    const copy = { ...frozenClient(checked), disabled: true, scopes: ['b'] };
    expect(checkClient(copy, 'client')).toMatchObject({ disabled: true, scopes: ['b'] });
    expect(checkStanding(copy, 'client', 'reports').disabled).toBe(true);
    expect(() => checkClient({ ...copy, scopes: 'b' }, 'client')).toThrow(TypeError);
  });
});
