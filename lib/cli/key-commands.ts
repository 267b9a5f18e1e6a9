import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

import { hashSecret } from '../clients/bcrypt/hash-secret';
import { minimumSecretBytes, type Algorithm } from '../keys/algorithms';
import { postgresSchema } from '../stores/postgres';
import { UsageError, wholeNumber, type Command } from './command';
import { STORE_OPTIONS } from './open-store';
import { SECRET_OPTIONS } from './secrets';

const ALGORITHMS: readonly Algorithm[] = ['HS', 'RS', 'PS', 'ES'].flatMap((family) =>
  [256, 384, 512].map((bits) => `${family}${String(bits)}` as Algorithm),
);
const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };
const RSA_BITS = 3072;

export const KEY_COMMANDS: readonly Command[] = [
  {
    name: 'key generate',
    args: [],
    summary: 'make a key that signs tokens: a secret, or a private key in PEM',
    options: {
      alg: { value: 'ALG', help: `${ALGORITHMS.join(', ')} (default: HS256)` },
      out: {
        value: 'PATH',
        help: 'write it into this new file, for the owner alone, instead of showing it',
      },
    },
    run: async (input) => {
      const alg = ALGORITHMS.find((each) => each === (input.text('alg') ?? 'HS256'));
      if (alg === undefined) throw new UsageError(`--alg must be one of ${ALGORITHMS.join(', ')}.`);
      const out = input.text('out');
      const key = generate(alg);
      if (out === undefined) return { json: { alg, ...key }, text: key.privateKey.trimEnd() };
      // Never over a key that is there: it may be in use.
      await writeFile(out, key.privateKey, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
        const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
        throw isThere
          ? new Error(`${out} is there already, and may be in use. Name another file.`)
          : error;
      });
      const publicKey = key.publicKey === undefined ? '' : `\n\n${key.publicKey.trimEnd()}`;
      return {
        json: { alg, file: out, publicKey: key.publicKey ?? null },
        text: `Wrote a key for ${alg} to ${out}.${publicKey}`,
      };
    },
  },
  {
    name: 'hash',
    args: [],
    summary: 'hash a secret of your own, read from the standard input',
    options: { cost: SECRET_OPTIONS.cost ?? { help: '' } },
    run: async (input) => {
      const secret = (await input.terminal.readInput()).replace(/\r?\n$/, '');
      const hash = await hashSecret(secret, { cost: wholeNumber(input, 'cost') });
      return { json: { hash }, text: hash };
    },
  },
  {
    name: 'postgres schema',
    args: [],
    summary: 'print the statement that makes the table of clients',
    options: { table: STORE_OPTIONS.table ?? { help: '' } },
    run: (input) => {
      const sql = postgresSchema({ table: input.text('table') });
      return Promise.resolve({ json: { sql }, text: sql.trimEnd() });
    },
  },
];

function generate(alg: Algorithm): { readonly privateKey: string; readonly publicKey?: string } {
  if (alg.startsWith('HS'))
    return { privateKey: randomBytes(Math.max(48, minimumSecretBytes(alg))).toString('base64url') };
  const curve = CURVES[alg];
  const pair = curve
    ? generateKeyPairSync('ec', { namedCurve: curve })
    : generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
  return { privateKey: pemOf(pair.privateKey, 'pkcs8'), publicKey: pemOf(pair.publicKey, 'spki') };
}

const pemOf = (key: KeyObject, type: 'pkcs8' | 'spki'): string =>
  key.export({ type: type, format: 'pem' }).toString();
