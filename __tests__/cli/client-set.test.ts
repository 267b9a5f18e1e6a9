import { cli, file, ok, runWords, stored, write } from '../support/cli';
import { reports } from '../support/clients';

describe('client set', () => {
  test('changes the scopes and the lifetime, and leaves the other fields', async () => {
    write(reports({ claims: { tenant: 7 } }));
    await ok('client set reports --file FILE --scope a --scope b --expires-in-seconds 60');
    expect(stored()).toEqual([
      reports({ claims: { tenant: 7 }, scopes: ['a', 'b'], expiresInSeconds: 60 }),
    ]);
    await ok('client set reports --file FILE --expires-in-seconds 90');
    expect(stored()[0]).toMatchObject({ scopes: ['a', 'b'], expiresInSeconds: 90 });
  });

  test('removes all scopes if --scope is empty', async () => {
    write(reports());
    const words = ['client', 'set', 'reports', '--file', file, '--scope', ''];
    expect((await runWords(words)).exitCode).toBe(0);
    expect(stored()[0]?.scopes).toEqual([]);
  });

  test('warns about a comma in --scope, which does not separate scopes', async () => {
    write(reports());
    expect((await cli('client set reports --file FILE --scope a,b')).stderr).toContain(
      '"a,b" is one scope with a comma in it. For several, repeat --scope.',
    );
  });
});
