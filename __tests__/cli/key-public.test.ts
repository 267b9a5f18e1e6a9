import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { cli, folder, json, ok } from '../support/cli';
import { KEY } from '../support/mint';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('key public', () => {
  const pem = (key = ec.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const fileWith = (text: string): string => {
    const name = path.join(folder, 'key.pem');
    writeFileSync(name, text);
    return name;
  };

  test('prints the key set of a private key, with its thumbprint as kid', async () => {
    const { keys } = (await json(`key public ${fileWith(pem())}`)) as {
      keys: Record<string, string>[];
    };
    const [jwk = {}] = keys;
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(createPublicKey({ key: jwk, format: 'jwk' }).equals(ec.publicKey)).toBe(true);
    expect(jwk.kid).toHaveLength(43);
  });

  test('takes a public key, a kid and an algorithm', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const file = fileWith(rsa.export({ type: 'spki', format: 'pem' }).toString());
    expect(await json(`key public ${file} --kid a --alg PS256`)).toMatchObject({
      keys: [{ kid: 'a', alg: 'PS256', kty: 'RSA' }],
    });
  });

  test.each([
    ['a secret', KEY, 'is not a key in PEM. A secret has no public key.'],
    [
      'a broken PEM',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
      'The PEM is not that of a key',
    ],
    ['a key that does not fit the algorithm', pem(), 'The key.alg does not fit the key.'],
  ])('refuses %s without printing it', async (_title, text, message) => {
    const { stdout, stderr, exitCode } = await cli(`key public ${fileWith(text)} --alg RS256`);
    expect([exitCode, stdout, stderr]).toEqual([1, '', expect.stringContaining(message)]);
    expect(stderr).not.toContain(KEY);
  });

  test('refuses a key that is restricted to RSA-PSS, which has no JWK', async () => {
    const { privateKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    const { stderr } = await cli(`key public ${fileWith(pem(privateKey))}`);
    expect(stderr).toContain('A key of the type RSA-PSS has no JWK. Use an RSA key.');
  });

  test('key generate --kid prints the JWK below the key without --out', async () => {
    expect(await ok('key generate --alg ES256 --kid a')).toMatch(
      /-----END PRIVATE KEY-----\n\n\{.*"kid":"a"/,
    );
  });

  test('refuses a file that is not there, and an unknown algorithm', async () => {
    expect((await cli(`key public ${folder}/none`)).stderr).toContain(
      'could not be read (ENOENT).',
    );
    expect((await cli(`key public ${fileWith(pem())} --alg x`)).exitCode).toBe(2);
  });

  test('key generate --kid prints the public JWK beside the key', async () => {
    const made = (await json('key generate --alg ES256 --kid 2026-12')) as {
      privateKey: string;
      jwk: Record<string, string>;
    };
    expect(made.jwk).toMatchObject({ kid: '2026-12', alg: 'ES256', use: 'sig' });
    expect(
      createPublicKey({ key: made.jwk, format: 'jwk' }).equals(createPublicKey(made.privateKey)),
    ).toBe(true);
    const out = path.join(folder, 'new.pem');
    expect(await ok(`key generate --alg ES256 --kid a --out ${out}`)).toContain('"kid":"a"');
  });

  test('key generate --kid refuses a secret, which has no public key', async () => {
    const { stderr, exitCode } = await cli('key generate --kid a');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Add: --alg ES256')]);
  });
});
