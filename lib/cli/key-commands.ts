import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { LONGEST_SECRET_BYTES } from '../clients/bcrypt/bcrypt-hash';
import { hashSecret } from '../clients/bcrypt/hash-secret';
import { codeOf } from '../internal/errors';
import { algorithmNamed, rowOf, SIGNING_ALGORITHMS, type Algorithm } from '../keys/algorithms';
import { publicJwkOf, type PublicJwk } from '../keys/jwk';
import { parseKey } from '../keys/parse-key';
import { postgresSchema } from '../stores/postgres';
import { SECRET_OPTIONS } from './client-input';
import {
  argument,
  UsageError,
  wholeNumber,
  type Command,
  type Input,
  type Output,
} from './command';
import { printable } from './print';
import { readText } from './read-text';
import { STORE_OPTIONS } from './stores';

const LEAST_SECRET_BYTES = 48;
const RSA_BITS = 3072;
/** The length below which a secret can be guessed, in characters. */
const SHORT_SECRET = 16;

/** The commands that create keys, hashes and the table of PostgreSQL. */
export const KEY_COMMANDS: readonly Command[] = [
  {
    name: 'key generate',
    args: [],
    summary: 'create a key that signs tokens: a secret, or a private key in PEM',
    options: {
      alg: { value: 'ALG', help: `${SIGNING_ALGORITHMS.join(', ')} (default: HS256)` },
      out: { value: 'PATH', help: 'write it to this new file, which only its owner can read' },
      kid: { value: 'KID', help: 'also print the public JWK, with this ID' },
    },
    run: generateKey,
  },
  {
    name: 'key public',
    args: ['FILE'],
    summary: 'print the public key set (JWKS) of a key in PEM, as jwks publishes it',
    options: {
      kid: { value: 'KID', help: 'the ID of the key (default: its RFC 7638 thumbprint)' },
      alg: {
        value: 'ALG',
        help: 'its algorithm (default: RS256 for RSA, that of the curve for EC)',
      },
    },
    run: printPublic,
  },
  {
    name: 'hash',
    args: [],
    summary: 'hash your own secret, read from standard input',
    input: 'the secret',
    options: { cost: SECRET_OPTIONS.cost },
    run: async (input) => {
      const secret = (await input.terminal.readInput()).replace(/\r?\n$/, '');
      const hash = await hashSecret(secret, { cost: wholeNumber(input, 'cost') });
      const isShort = secret.length < SHORT_SECRET;
      const hint = `This secret is short and can be guessed. Use 32 to ${String(LONGEST_SECRET_BYTES)} random characters.`;
      return { json: { hash }, text: hash, hints: isShort ? [hint] : [] };
    },
  },
  {
    name: 'postgres schema',
    args: [],
    summary: 'print the statement that creates the clients table',
    options: { table: STORE_OPTIONS.table ?? { help: '' } },
    run: (input) => {
      const sql = postgresSchema({ table: input.text('table') });
      return Promise.resolve({ json: { sql }, text: sql.trimEnd() });
    },
  },
];

async function generateKey(input: Input): Promise<Output> {
  const alg = SIGNING_ALGORITHMS.find((each) => each === (input.text('alg') ?? 'HS256'));
  if (alg === undefined)
    throw new UsageError(`--alg must be one of ${SIGNING_ALGORITHMS.join(', ')}.`);
  const [out, kid] = [input.text('out'), input.text('kid')];
  const key = generate(alg);
  if (kid !== undefined && key.publicKey === undefined)
    throw new UsageError('--kid prints a public key, and a secret has none. Add: --alg ES256');
  const jwk = kid === undefined ? undefined : jwkOf(key.publicKey ?? '', alg, kid);
  const more = jwk && { jwk };
  const shown = jwk === undefined ? '' : `\n\n${JSON.stringify(jwk)}`;
  if (out === undefined)
    return { json: { alg, ...key, ...more }, text: key.privateKey.trimEnd() + shown };
  await writeNew(out, key.privateKey);
  const publicKey = key.publicKey === undefined ? '' : `\n\n${key.publicKey.trimEnd()}`;
  return {
    json: { alg, file: out, publicKey: key.publicKey ?? null, ...more },
    text: `Wrote a key for ${alg} to ${out}.${publicKey}${shown}`,
  };
}

async function printPublic(input: Input): Promise<Output> {
  const file = argument(input, 0);
  const pem = await readText(file);
  const alg = input.text('alg');
  if (alg !== undefined && algorithmNamed(alg) === undefined)
    throw new UsageError(`--alg must be one of ${SIGNING_ALGORITHMS.join(', ')}.`);
  if (!pem.startsWith('-----BEGIN '))
    throw new Error(`${printable(file)} is not a key in PEM. A secret has no public key.`);
  const jwk = jwkOf(pem, alg, input.text('kid'));
  const json = { keys: [jwk] };
  return { json, text: JSON.stringify(json, null, 2) };
}

/** Creates the JWK of a key. The messages of Node may show a part of the PEM, so they are replaced. */
function jwkOf(pem: string, alg: string | undefined, kid: string | undefined): PublicJwk {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw new Error('The PEM is not that of a key, or needs a passphrase.', { cause });
  }
  const jwk = publicJwkOf(parseKey({ key, alg: alg as Algorithm | undefined, kid }, 'The key'));
  if (jwk === undefined) throw new Error('A key of the type RSA-PSS has no JWK. Use an RSA key.');
  return jwk;
}

/** Writes a new file. It never overwrites a key, which may be in use. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST')
      throw new Error(`${file} exists and may be in use. Choose another file.`, { cause });
    if (codeOf(cause) === 'ENOENT')
      throw new Error(
        `${file} is in a folder that does not exist. Create it with: mkdir -p ${path.dirname(file)}`,
        { cause },
      );
    throw new Error(`${file} could not be written (${codeOf(cause) ?? 'unknown error'}).`, {
      cause,
    });
  }
}

function generate(alg: Algorithm): { readonly privateKey: string; readonly publicKey?: string } {
  const { keyTypes, curve, minimumBits } = rowOf(alg);
  if (keyTypes.includes('secret')) {
    const bytes = Math.max(LEAST_SECRET_BYTES, minimumBits / 8);
    return { privateKey: randomBytes(bytes).toString('base64url') };
  }
  const pair =
    curve === undefined
      ? generateKeyPairSync('rsa', { modulusLength: RSA_BITS })
      : generateKeyPairSync('ec', { namedCurve: curve });
  return { privateKey: pemOf(pair.privateKey, 'pkcs8'), publicKey: pemOf(pair.publicKey, 'spki') };
}

const pemOf = (key: KeyObject, type: 'pkcs8' | 'spki'): string =>
  key.export({ type, format: 'pem' }).toString();
