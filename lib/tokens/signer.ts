import { sign, type Algorithm, type SignOptions } from 'jsonwebtoken';

import type { SigningKey } from '../keys/parse-key';
import type { JwtClaims } from './claims';
import { LONGEST_TOKEN } from './compact';

/**
 * Signs claims as a compact JWT (RFC 7519 §7.1). Throws if they cannot become JSON. Throws a
 * RangeError if the token is longer than the guard accepts, 8192 characters.
 */
export type TokenSigner = (claims: JwtClaims) => string;

/**
 * A `toString` for the options. jsonwebtoken looks for it on every call, and a missing one costs an
 * exception.
 */
const STRINGIFIABLE = { toString: { value: () => '[object Object]' } };

/**
 * Creates a signer with one key and its options.
 *
 * @param owner The factory that error messages name.
 * @param typ The type in the header of tokens (RFC 7515 §4.1.9).
 * @throws TypeError if the key cannot sign with its algorithm.
 */
export function createTokenSigner(
  { alg, kid, privateKey }: SigningKey,
  owner: string,
  typ: 'JWT' | 'at+jwt' = 'JWT',
): TokenSigner {
  // Without a prototype, and the claims as text: a polluted Object.prototype adds no options or
  // claims.
  const options = Object.assign(Object.create(null, STRINGIFIABLE) as SignOptions, {
    algorithm: alg as Algorithm,
    header: { alg, typ, ...(kid !== undefined && { kid }) },
    // The key ring has checked the type.
    allowInvalidAsymmetricKeyTypes: true,
  });
  assertCanSign(options, privateKey, owner);
  return (claims) => {
    const token = sign(JSON.stringify(claims), privateKey, options);
    if (token.length > LONGEST_TOKEN) {
      const length = `${String(token.length)} characters`;
      throw new RangeError(
        `The token has ${length}, but the guard accepts ${String(LONGEST_TOKEN)} at most. Give the client fewer claims or scopes.`,
      );
    }
    return token;
  };
}

/**
 * Throws a TypeError if the key cannot sign with its algorithm. Its parameters may forbid it, and
 * only OpenSSL knows them all.
 */
function assertCanSign(
  options: SignOptions,
  privateKey: SigningKey['privateKey'],
  owner: string,
): void {
  try {
    sign('{}', privateKey, options);
  } catch (cause) {
    const alg = String(options.algorithm);
    throw new TypeError(`${owner}: the first of the keys cannot sign with ${alg}.`, { cause });
  }
}
