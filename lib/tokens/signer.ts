import { sign, type SignOptions } from 'jsonwebtoken';

import type { SigningKey } from '../keys/key-ring';
import type { JwtClaims } from './claims';
import { LONGEST_TOKEN } from './compact';

/** Signs claims as a compact JWT (RFC 7519 §7.1). Throws where they are no JSON, or the token would be too long to verify. */
export type TokenSigner = (claims: JwtClaims) => string;

/** jsonwebtoken asks on every call whether its options have this function, and by an exception where they do not. */
const STRINGIFIABLE = { toString: { value: () => '[object Object]' } };

/**
 * A signer that holds one key and the options for it.
 *
 * @throws TypeError where the key cannot sign with its algorithm.
 */
export function createTokenSigner({ alg, kid, privateKey }: SigningKey): TokenSigner {
  // Without a prototype, and the claims as text: what somebody put on Object.prototype is no option and no claim.
  const options = Object.assign(Object.create(null, STRINGIFIABLE) as SignOptions, {
    algorithm: alg,
    header: { alg, typ: 'JWT', ...(kid !== undefined && { kid }) },
    // The key ring has checked the type once and for all.
    allowInvalidAsymmetricKeyTypes: true,
  });
  assertCanSign(options, privateKey);
  return (claims) => {
    const token = sign(JSON.stringify(claims), privateKey, options);
    if (token.length > LONGEST_TOKEN)
      throw new RangeError(
        "The client's own claims make a token that is longer than the guard accepts.",
      );
    return token;
  };
}

/** The parameters in a key may rule its algorithm out, and only OpenSSL knows them all. */
function assertCanSign(options: SignOptions, privateKey: SigningKey['privateKey']): void {
  try {
    sign('{}', privateKey, options);
  } catch (cause) {
    throw new TypeError(`keys: the first key cannot sign with ${String(options.algorithm)}.`, {
      cause,
    });
  }
}
