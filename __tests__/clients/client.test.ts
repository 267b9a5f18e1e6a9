import { checkClient, checkStanding, frozenClient } from '../../lib/clients/check-client';

const checked = checkClient(
  { clientId: 'reports', scopes: ['a'], tokensValidAfter: '2026-01-01' },
  'client',
);

describe('a frozen client', () => {
  test('a frozen client has the fields of the checked client', () => {
    const client = frozenClient(checked);
    expect(checkClient(client, 'client')).toEqual(checked);
    expect(checkStanding(client, 'client', 'reports')).toMatchObject({
      disabled: false,
      tokensValidAfterMs: Date.UTC(2026, 0),
    });
  });

  test('a frozen client does not follow later changes of the input', () => {
    const given = { clientId: 'reports', scopes: ['a'], claims: { roles: ['x'] } };
    const client = frozenClient(checkClient(given, 'client'));
    given.scopes.push('admin');
    given.claims.roles.push('admin');
    expect(checkClient(client, 'client')).toMatchObject({
      scopes: ['a'],
      claims: { roles: ['x'] },
    });
  });

  test.each([['text'], [7], [['a']], [null]])('rejects claims whose JSON is %j', (json) => {
    const claims = { toJSON: () => json };
    expect(() => frozenClient(checkClient({ clientId: 'reports', claims }, 'client'))).toThrow(
      'client reports.claims must be an object, also as JSON',
    );
  });

  test('a frozen client can be copied with a tokensValidAfter in any year', () => {
    const client = frozenClient(
      checkClient({ clientId: 'reports', tokensValidAfter: new Date(8.64e15) }, 'client'),
    );
    expect(checkStanding({ ...client }, 'client', 'reports').tokensValidAfterMs).toBe(8.64e15);
  });

  test('a frozen client is rejected for another id', () => {
    expect(() => checkStanding(frozenClient(checked), 'client', 'billing')).toThrow(
      'client is not the client billing, which was looked up.',
    );
  });

  test('a copy of a frozen client is checked again, because a wrapping verifier may have changed it', () => {
    const copy = { ...frozenClient(checked), disabled: true, scopes: ['b'] };
    expect(checkClient(copy, 'client')).toMatchObject({ disabled: true, scopes: ['b'] });
    expect(checkStanding(copy, 'client', 'reports').disabled).toBe(true);
    expect(() => checkClient({ ...copy, scopes: 'b' }, 'client')).toThrow(TypeError);
  });
});
