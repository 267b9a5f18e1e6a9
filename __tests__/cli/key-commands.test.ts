import { createPrivateKey } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import bcrypt from 'bcryptjs';
import { getToken, testApp } from '../support/app';
import { cli, folder, json, ok } from '../support/cli';

describe('key generate', () => {
  test.each(['HS256', 'HS512', 'RS256', 'PS384', 'ES256', 'ES384', 'ES512'])(
    'makes a key for %s',
    async (alg) => {
      const { privateKey } = (await json(`key generate --alg ${alg}`)) as { privateKey: string };
      const key = alg.startsWith('HS') ? privateKey : createPrivateKey(privateKey);
      const app = testApp({ keys: { key, alg: alg as 'HS256' } });
      expect((await getToken(app)).status).toBe(200);
    },
  );

  test('prints only the key, so that it can be assigned to a variable', async () => {
    expect(await ok('key generate')).toMatch(/^[\w-]{64}\n$/);
  });

  test('writes the key to a new file that only the owner can read, and never overwrites a file', async () => {
    const out = path.join(folder, 'key.pem');
    const shown = await ok(`key generate --alg ES256 --out ${out}`);
    expect(shown).toContain('BEGIN PUBLIC KEY');
    expect(shown).not.toContain('PRIVATE');
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const before = readFileSync(out, 'utf8');
    expect((await cli(`key generate --out ${out}`)).stderr).toContain('exists and may be in use');
    expect(readFileSync(out, 'utf8')).toBe(before);
  });
});

describe('hash', () => {
  test('hashes the line from standard input', async () => {
    const hash = (await ok('hash --cost 4', { stdin: 'my-secret\n' })).trim();
    expect(bcrypt.compareSync('my-secret', hash)).toBe(true);
  });

  test('takes no secret as an argument, and does not print it', async () => {
    const { stderr, exitCode } = await cli('hash my-secret');
    expect({ stderr, exitCode }).toEqual({
      stderr:
        'express-client-jwt: There are too many arguments. Pass the secret on the standard input. Usage: express-client-jwt hash [--cost NUMBER]\n',
      exitCode: 2,
    });
  });

  test.each(['', 'x'.repeat(73), 'a b'])(
    'rejects a secret that bcrypt would truncate or that a header cannot carry: %j',
    async (stdin) => {
      expect((await cli('hash', { stdin })).stderr).toContain(
        'secret must be 1 to 72 visible ASCII characters',
      );
    },
  );
});

test('key generate and hash print their results as JSON with --json', async () => {
  const out = path.join(folder, 'key');
  expect(await json(`key generate --out ${out}`)).toEqual({
    alg: 'HS256',
    file: out,
    publicKey: null,
  });
  expect(await ok(`key generate --out ${out}2`)).toBe(`Wrote a key for HS256 to ${out}2.\n`);
  expect(await json('hash --cost 4', { stdin: 'x' })).toEqual({
    hash: expect.stringMatching(/^\$2b\$04/) as string,
  });
  expect((await cli(`key generate --out ${folder}/no/key`)).stderr).toContain(
    `is in a folder that does not exist. Create it with: mkdir -p ${folder}/no`,
  );
});
