import { cli, json, NOW, ok } from '../support/cli';
import { mint } from '../support/mint';

describe('token inspect', () => {
  test('decodes, and says first that nothing is verified', async () => {
    const token = mint({ iat: NOW / 1000 - 60, exp: NOW / 1000 + 60, note: '\u001b[31mred' });
    const shown = await ok('token inspect', { stdin: `Authorization: Bearer ${token}\r\n` });
    expect(shown).toMatch(/^NOT VERIFIED/);
    expect(shown).toContain('2026-11-24T12:01:00.000Z');
    expect(shown).toContain('Expires at 2026-11-24T12:01:00.000Z.');
    expect(shown).not.toContain('\u001b');
    expect(await json('token inspect', { stdin: token })).toMatchObject({
      verified: false,
      header: { alg: 'HS256' },
    });
  });

  test.each<[object, string]>([
    [{ exp: NOW / 1000 }, 'Expired at 2026-11-24T12:00:00.000Z.'],
    [{ exp: undefined }, 'Has no exp.'],
    [{ exp: 'soon' }, 'Has no exp.'],
    [{ exp: 1e300 }, 'Has no exp.'],
  ])('says whether it has expired: %j', async (claims, sentence) => {
    expect(await ok('token inspect', { stdin: mint(claims as never) })).toContain(sentence);
  });

  test('refuses what is no token, without repeating it', async () => {
    expect((await cli('token inspect', { stdin: 'not-a-token' })).stderr).toBe(
      'express-client-jwt: The standard input is not a well-formed JWT.\n',
    );
  });
});

test('no member of a token can steer the terminal', async () => {
  const shown = await ok('token inspect', {
    stdin: mint({}, { '\u001b[2J\u001b[HVERIFIED': '\u009b31m' }),
  });
  expect(shown).not.toMatch(/[\u001b\u009b]/);
});
