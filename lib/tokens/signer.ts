import { sign, type SignOptions } from 'jsonwebtoken';

import type { SigningKey } from '../keys/key-ring';
import type { JwtClaims } from './claims';
import { LONGEST_TOKEN } from './compact';

/** Signs claims as a compact JWT (RFC 7519 §7.1). Throws where the key cannot sign, or the token would be too long to verify. */
export type TokenSigner = (claims: JwtClaims) => string;

/** A signer that holds one key and the options for it. */
export function createTokenSigner({ alg, kid, privateKey }: SigningKey): TokenSigner {
  const options: SignOptions = { algorithm: alg, ...(kid !== undefined && { keyid: kid }) };
  return (claims) => {
    const token = sign(claims, privateKey, options);
    if (token.length > LONGEST_TOKEN)
      throw new RangeError("The client's own claims make a token that is longer than the guard accepts.");
    return token;
  };
}
