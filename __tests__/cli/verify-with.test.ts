import { mint } from '../support/mint';
import { cli, json, ok } from '../support/cli';
import { ec, jwkOf, other, startIssuer } from '../support/issuer';
import { issue } from '../support/oauth';

describe('token inspect --jwks', () => {
  test('says that a token is verified, and by which key', async () => {
    const { app, jwks } = await startIssuer();
    const stdin = await issue(app);
    expect(await ok(`token inspect --jwks ${jwks}`, { stdin })).toMatch(
      /^VERIFIED by the key 2026-11 \(ES256\)\. Its times were not checked\.\n/,
    );
    expect(await json(`token inspect --jwks ${jwks}`, { stdin })).toMatchObject({
      ...{ verified: true, key: { kid: '2026-11', alg: 'ES256' } },
    });
  });

  test.each([
    [
      'another key',
      mint({}, { alg: 'ES256', kid: '2026-11' }, other.privateKey),
      'the signature is not valid.',
    ],
    [
      'an unknown kid',
      mint({}, { alg: 'ES256', kid: 'x' }, ec.privateKey),
      'the key set has no key for its kid and alg.',
    ],
    [
      'crit',
      mint({}, { alg: 'ES256', kid: '2026-11', crit: ['x'] }, ec.privateKey),
      'it requires an extension that is not supported (crit or b64).',
    ],
    ['an HMAC', mint({}, { kid: '2026-11' }), 'the key set has no key for its kid and alg.'],
    ['no alg', mint({}, { alg: undefined }), 'the key set has no key for its kid and alg.'],
  ])('a token with %s is not verified, and the exit code is 1', async (_title, stdin, why) => {
    const { jwks } = await startIssuer();
    const { stdout, exitCode } = await cli(`token inspect --jwks ${jwks}`, { stdin });
    expect([exitCode, stdout.split('\n')[0]]).toEqual([1, `NOT VERIFIED: ${why}`]);
  });

  test('a key set that cannot be fetched is an error', async () => {
    const { url } = await startIssuer();
    const { stderr, exitCode } = await cli(`token inspect --jwks ${url}/none`, { stdin: mint() });
    expect([exitCode, stderr]).toEqual([
      1,
      `express-client-jwt: ${url}/none responded with the status 404.\n`,
    ]);
  });

  test('a URL that is not https is refused', async () => {
    const { stderr, exitCode } = await cli('token inspect --jwks http://example.com', {
      stdin: mint(),
    });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--jwks must be an https URL')]);
  });
});

test('a token is verified by a key without kid, whichever text its alg is', async () => {
  const { jwks } = await startIssuer({
    '/.well-known/jwks.json': { keys: [jwkOf(undefined)] },
  });
  const stdin = mint({}, { alg: 'ES256' }, ec.privateKey);
  expect(await ok(`token inspect --jwks ${jwks}`, { stdin })).toMatch(
    /^VERIFIED by the key without kid \(ES256\)/,
  );
  const { stdout } = await cli(`token inspect --jwks ${jwks}`, { stdin: mint({}, { alg: 7 }) });
  expect(stdout).toMatch(/^NOT VERIFIED/);
});
