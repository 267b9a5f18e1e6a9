import { CLIENT_ID_CLAIMS, foreignClientOf, ownClientOf } from '../../lib/tokens/token-client';
import { claimsOf, type Json } from '../support/mint';

const own = (changes: Json) => ownClientOf(claimsOf(changes) as never);
const foreign = (changes: Json, names: readonly string[] = CLIENT_ID_CLAIMS) =>
  foreignClientOf(
    JSON.parse(JSON.stringify(claimsOf({ client_id: undefined, ...changes }))) as never,
    names,
  );

describe('a token of this package', () => {
  test('its client is sub, with the scopes of scope', () => {
    expect(own({ scope: 'a  b ' })).toEqual({ clientId: 'reports', scopes: ['a', 'b'] });
    expect(own({})).toEqual({ clientId: 'reports', scopes: [] });
  });

  test('it has no client if client_id is another', () => {
    expect(own({ client_id: 'other' })).toBeUndefined();
  });

  test.each(['azp', 'cid'])('%s changes nothing', (name) => {
    expect(own({ [name]: 'other' })).toEqual({ clientId: 'reports', scopes: [] });
  });

  test('scp grants no scope', () => {
    expect(own({ scp: ['admin'] })?.scopes).toEqual([]);
  });
});

describe('a token of another issuer', () => {
  test.each<[Json, string]>([
    [{ client_id: 'a', azp: 'b', cid: 'c' }, 'a'],
    [{ azp: 'b', cid: 'c' }, 'b'],
    [{ cid: 'c' }, 'c'],
    [{}, 'reports'],
  ])('the client of %j is %s', (changes, clientId) => {
    expect(foreign(changes)?.clientId).toBe(clientId);
  });

  test('a claim of your choice names the client', () => {
    expect(foreign({ appid: 'x', azp: 'y' }, ['appid'])?.clientId).toBe('x');
    expect(foreign({ azp: 'y' }, ['appid'])).toBeUndefined();
  });

  test.each([7, '', null, ['a'], {}])('there is no client if the claim is %j', (azp) => {
    expect(foreign({ azp })).toBeUndefined();
  });

  test.each<[Json, string[]]>([
    [{ scope: 'a b' }, ['a', 'b']],
    [{ scp: 'a b' }, ['a', 'b']],
    [{ scp: ['a', 'b'] }, ['a', 'b']],
    [{ scope: 'a', scp: ['b'] }, ['a']],
    [{ scope: '', scp: ['b'] }, []],
    [{ scp: ['a', 7] }, []],
    [{ scp: { a: true } }, []],
  ])('the scopes of %j are %j', (changes, scopes) => {
    expect(foreign(changes)?.scopes).toEqual(scopes);
  });
});
